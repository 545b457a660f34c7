import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { Exit } from './child.js';

/** What a process leaves a core dump at, where it may. */
const DUMPING: ReadonlySet<string> = new Set([
  'SIGQUIT',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGSEGV',
  'SIGSYS',
  'SIGXCPU',
  'SIGXFSZ',
]);
const PATIENCE_MILLIS = 1_000;

/** Ends this program as the command has ended: with the same exit code, or by the same signal. */
export function endAs({ code, signal }: Exit): void {
  if (signal === null) process.exit(code ?? 0);
  const exitCode = 128 + constants.signals[signal];
  if (DUMPING.has(signal) && !forgoCoreDump()) process.exit(exitCode);
  letKill(signal);
  process.kill(process.pid, signal);
  // The first process of a container is not killed by a signal that it doesn't listen for.
  setTimeout(() => process.exit(exitCode), PATIENCE_MILLIS);
}

/** Node ignores SIGPIPE and SIGXFSZ; whose last listener was taken away kills again. */
function letKill(signal: NodeJS.Signals): void {
  if (signal === 'SIGKILL' || signal === 'SIGSTOP') return;
  const ignore = () => {};
  try {
    process.on(signal, ignore);
  } catch {
    return;
  }
  process.removeAllListeners(signal);
}

/** Has this program leave no core dump beside the command's own. Returns whether that is so. */
function forgoCoreDump(): boolean {
  if (coreLimit() === '0') return true;
  const { status } = spawnSync('prlimit', ['--pid', String(process.pid), '--core=0:'], {
    stdio: 'ignore',
  });
  return status === 0;
}

function coreLimit(): string | undefined {
  try {
    return /^Max core file size\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
  } catch {
    return undefined;
  }
}
