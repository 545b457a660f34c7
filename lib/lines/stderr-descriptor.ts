import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { SharedMode } from './shared-mode.js';

const STDERR = 2;
const OWN_FLAGS =
  constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Writes to stderr without ever waiting for its reader, and without making any other writer's life harder.
 * `O_NONBLOCK` belongs to the open file description, which is shared with every process that inherited it,
 * and any of them may set it or take it away: libuv takes it away in each child that inherits stderr. So:
 *
 * - on Linux, a pipe or a terminal is opened again, for a description of our own;
 * - a file is written to as it is: it never makes a writer wait, and a second description would have a
 *   position of its own;
 * - what can't be opened again (a socket; a pipe of another user) is, on Linux, asked for its mode before each
 *   write, and where it is blocking, it is non-blocking for just that write. Elsewhere it is set to
 *   non-blocking once, as the first `console.error` would do it.
 *
 * Scar: `uv_spawn` sets inherited descriptors 0 to 2 to blocking,
 * https://github.com/libuv/libuv/blob/v1.51.0/src/unix/process.c (`uv__process_child_init`)
 */
export class StderrDescriptor {
  readonly #own: number | undefined;
  readonly #mode: SharedMode | undefined;
  readonly #keepsText: boolean;
  #stream: NodeJS.WriteStream | undefined;

  constructor() {
    const isPipe = isKind('isFIFO');
    this.#keepsText = isPipe || isKind('isSocket');
    this.#own = isPipe || isatty(STDERR) ? openOwn() : undefined;
    this.#mode = this.#keepsText ? openMode() : undefined;
    if (this.#keepsText && this.#mode === undefined) this.#stream = process.stderr;
  }

  /** Whether what the program itself wrote to `process.stderr` still waits, perhaps within a line. */
  get busy(): boolean {
    return this.#keepsText && (this.#sharedStream()?.writableLength ?? 0) > 0;
  }

  /**
   * Does some writes during which nothing waits for room.
   * @param isUrgent whether there is no later: the process exits
   * @returns what `work` returns; 0 where it isn't the time for it
   * @throws what `work` throws
   */
  attempt(work: () => number, isUrgent: boolean): number {
    if (this.#own !== undefined || this.#mode === undefined) return work();
    return this.#mode.whileNonBlocking(work, isUrgent) ?? 0;
  }

  /**
   * Writes what there is room for, by one write(2); called within `attempt`.
   * @returns how many bytes were written; 0 where there is no room now
   * @throws what write(2) fails with otherwise
   */
  write(data: string | Buffer): number {
    const written = tryWrite(this.#own ?? STDERR, data);
    if (written < data.length) this.#mode?.forget();
    return written;
  }

  /** `process.stderr`, if it has been used: its first use sets the shared description to non-blocking. */
  #sharedStream(): NodeJS.WriteStream | undefined {
    if (this.#stream === undefined && this.#mode?.isNonBlocking()) this.#stream = process.stderr;
    return this.#stream;
  }
}

/** The `code` of a system's error. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function tryWrite(fd: number, data: string | Buffer): number {
  try {
    return typeof data === 'string' ? writeSync(fd, data) : writeSync(fd, data);
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return 0;
    throw error;
  }
}

/*
 * Node, up to 26 at least, leaves every symbolic link unresolved after a plain stat of a pipe: its realpathSync, and so
 * its module loaders, read what the last one left behind. A stat of big integers leaves nothing there.
 * https://github.com/nodejs/node/blob/v24.11.0/lib/fs.js
 */
function isKind(kind: 'isFIFO' | 'isSocket'): boolean {
  try {
    return fstatSync(STDERR, { bigint: true })[kind]();
  } catch {
    return false;
  }
}

/** Only Linux makes a new description of it; elsewhere the path is one more name of the shared one. */
function openOwn(): number | undefined {
  return onLinux(() => openSync(`/proc/self/fd/${STDERR}`, OWN_FLAGS));
}

function openMode(): SharedMode | undefined {
  return onLinux(() => new SharedMode(STDERR));
}

function onLinux<T>(open: () => T): T | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return open();
  } catch {
    return undefined;
  }
}
