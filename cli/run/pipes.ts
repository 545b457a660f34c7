import { spawnSync } from 'node:child_process';
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** The two ends of a pipe. */
export interface Pipe {
  readonly readable: Readable;
  /** A descriptor, to be closed once the command has it. */
  readonly writable: number;
}

/**
 * Makes two pipes, for stdout and stderr. Node itself gives a child sockets in their place, which can't be opened again as `/dev/stdout`.
 * @throws where `mkfifo` is not there, or nothing can be written to the temporary directory
 * @see https://github.com/nodejs/node/issues/21941
 */
export function makePipes(): [stdout: Pipe, stderr: Pipe] {
  const folder = mkdtempSync(join(tmpdir(), 'otel-exec-'));
  try {
    const paths = [join(folder, 'stdout'), join(folder, 'stderr')] as const;
    const { status, error } = spawnSync('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore' });
    if (status !== 0) throw error ?? new Error('mkfifo failed');
    return [openPipe(paths[0]), openPipe(paths[1])];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whoever reads is there first: a pipe is not opened to write for nobody. */
function openPipe(path: string): Pipe {
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const readable = new Socket({ fd: reading, readable: true, writable: false });
  return { readable, writable: openSync(path, constants.O_WRONLY) };
}
