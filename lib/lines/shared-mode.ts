import { constants, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';

const TEXT_BYTES = 128;
const CHANGE_PAUSE_MILLIS = 1;
const FLAGS = /^flags:\s*([0-7]+)$/m;

/** What Node keeps below a socket, as far as it is used here; process.stdout of a pipe has it as well. */
interface Handle {
  setBlocking(blocking: boolean): unknown;
}

/**
 * Whether the open file description of a pipe or a socket is non-blocking just now, which every process that
 * shares it can change. Needs Linux's `/proc`.
 *
 * Law: https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html
 */
export class SharedMode {
  readonly #fd: number;
  readonly #info: number;
  readonly #text = Buffer.alloc(TEXT_BYTES);
  #handle: Handle | undefined;
  #nonBlocking = false;
  #readAt = 0;
  #changedAt = 0;

  /**
   * @param fd 0 to 2: libuv doesn't close these
   * @throws where there is no such descriptor or no `/proc`
   */
  constructor(fd: number) {
    this.#fd = fd;
    this.#info = openSync(`/proc/self/fdinfo/${fd}`, constants.O_RDONLY);
  }

  /**
   * What was read within the last millisecond still holds. False where it can't be read, which is where the
   * descriptor has been closed.
   */
  isNonBlocking(): boolean {
    const now = Date.now();
    if (now !== this.#readAt) {
      this.#nonBlocking = this.#read();
      this.#readAt = now;
    }
    return this.#nonBlocking;
  }

  /** Forgets what was read. */
  forget(): void {
    this.#readAt = 0;
  }

  /**
   * Does something while the description is non-blocking, and leaves it as it was. Another process that
   * expects to wait for room may see EAGAIN meanwhile, so this is brief and not done often.
   * @param isUrgent whether it is done however often that is
   * @returns undefined where the description is blocking and was made non-blocking a moment ago
   */
  whileNonBlocking<T>(work: () => T, isUrgent: boolean): T | undefined {
    if (this.isNonBlocking()) return work();
    if (!isUrgent && Math.abs(Date.now() - this.#changedAt) < CHANGE_PAUSE_MILLIS) return undefined;
    this.#setBlocking(false);
    try {
      return work();
    } finally {
      this.#setBlocking(true);
      this.#changedAt = Date.now();
    }
  }

  #read(): boolean {
    try {
      const length = readSync(this.#info, this.#text, 0, TEXT_BYTES, 0);
      const flags = FLAGS.exec(this.#text.toString('latin1', 0, length))?.[1] ?? '';
      return (Number.parseInt(flags, 8) & constants.O_NONBLOCK) !== 0;
    } catch {
      return false;
    }
  }

  /** Scar: Node documents no way to set a pipe's mode, https://github.com/nodejs/node/pull/6816 */
  #setBlocking(blocking: boolean): void {
    if (this.#handle === undefined) {
      const socket = new Socket({ fd: this.#fd, readable: false, writable: true });
      this.#handle = (socket as Socket & { readonly _handle: Handle })._handle;
    }
    this.#handle.setBlocking(blocking);
  }
}
