import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** The letter of the state that a process is in; undefined where there is none. */
export function stateOf(pid: number): string | undefined {
  try {
    return /.*\) (.)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1];
  } catch {
    return undefined;
  }
}

const PATIENCE_MILLIS = 15_000;

/**
 * Waits until a process is in a state.
 * @throws Error where it doesn't come to that
 */
export async function untilState(pid: number, state: string | undefined): Promise<void> {
  const deadline = performance.now() + PATIENCE_MILLIS;
  while (stateOf(pid) !== state) {
    if (performance.now() > deadline) throw new Error(`${pid} is ${stateOf(pid)}, not ${state}`);
    await pause(2);
  }
}

/** Kills a process and those that it has started, and so on. */
export function killTree(pid: number): void {
  const started = childrenOf(pid);
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
  for (const child of started) killTree(child);
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
