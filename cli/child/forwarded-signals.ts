import type { ChildProcess } from 'node:child_process';
import { isTerminalOurs } from './terminal.js';

/** What others send to a program that it may have to hear of; SIGKILL and SIGSTOP can't be heard. */
const FORWARDED: readonly NodeJS.Signals[] =
  process.platform === 'win32'
    ? ['SIGINT', 'SIGBREAK', 'SIGTERM']
    : ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'];
/** What a terminal sends to all programs in its foreground, the child among them. */
const BY_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT', 'SIGBREAK']);

/**
 * Hands every signal that comes on to a child, instead of ending by it.
 * @returns stops; signals end this program again
 */
export function forwardSignals(child: ChildProcess): () => void {
  const forward = (signal: NodeJS.Signals) => {
    if (BY_TERMINAL.has(signal) && isTerminalOurs()) return;
    child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  return () => {
    for (const signal of FORWARDED) process.off(signal, forward);
  };
}
