import { fstatSync } from 'node:fs';

/** The commands of this command line that observe a program. */
export const WRAPPERS = ['run', 'tap'] as const;

/** One of them. */
export type Wrapper = (typeof WRAPPERS)[number];

/**
 * What observes a program best: `tap` where its stdin and stdout are both pipes, as those of a server that a client
 * has started; `run` elsewhere, and for Node programs, which are observed from inside as well: what is asked of them
 * would be seen twice.
 * @param isPipe whether a file descriptor is a pipe
 */
export function wrapperFor(
  isNodeProgram: boolean,
  isPipe: (descriptor: number) => boolean = isPipeHere,
): Wrapper {
  return isPipe(0) && isPipe(1) && !isNodeProgram ? 'tap' : 'run';
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
