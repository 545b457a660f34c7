import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';

/** How a child ended, or that it could not be started. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: NodeJS.ErrnoException;
}

/** Where a signal can't end a program, a shell gives this and the signal's number. */
const BY_SIGNAL = 128;
/** @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_08_02 */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/** Waits for the end of a child, however long its streams stay open. Never rejects. */
export function endingOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ code: codeOf(error), signal: null, error });
    });
  });
}

/** Ends this program as a child ended: with its code, or by its signal. */
export function endAs({ code, signal }: Ending): void {
  if (signal !== null) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    process.exit(BY_SIGNAL + constants.signals[signal]);
  }
  process.exit(code ?? 1);
}

function codeOf({ code }: NodeJS.ErrnoException): number {
  return code === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE;
}
