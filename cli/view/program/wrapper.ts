import { fstatSync } from 'node:fs';

/** The commands of this command line that observe a program. */
export const WRAPPERS = ['run', 'tap'] as const;

/** One of them. */
export type Wrapper = (typeof WRAPPERS)[number];

/**
 * What observes a program best: `tap` where its stdin and stdout are both pipes, as those of a server that a client
 * has started, else `run`.
 * @param isPipe whether a file descriptor is a pipe
 */
export function wrapperFor(isPipe: (descriptor: number) => boolean = isPipeHere): Wrapper {
  return isPipe(0) && isPipe(1) ? 'tap' : 'run';
}

// Node gives its children sockets for pipes.
function isPipeHere(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    return stats.isFIFO() || stats.isSocket();
  } catch {
    return false;
  }
}
