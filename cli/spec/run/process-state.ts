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

/** Waits until a process is in a state. */
export async function untilState(pid: number, state: string | undefined): Promise<void> {
  while (stateOf(pid) !== state) await pause(2);
}
