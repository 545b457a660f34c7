import { writeSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { IPty } from '@lydell/node-pty';
import { masterOf } from './terminals.js';

const FULL_MILLIS = 10;

/**
 * What goes to a terminal, in order. node-pty 1.1 writes through a libuv handle that blocks the whole
 * server while a terminal is full, so this writes to the descriptor itself, which never blocks.
 */
export class TerminalInput {
  readonly #fd: number;
  readonly #socket: Duplex;
  #last: Promise<boolean> = Promise.resolve(true);

  constructor(pty: IPty) {
    const { _socket } = pty as unknown as { _socket: Duplex };
    this.#fd = masterOf(pty);
    this.#socket = _socket;
    // node-pty 1.1 throws errors of its socket into nowhere, unless somebody else listens to them.
    _socket.on('error', () => {});
  }

  /** Whether the terminal is there; its descriptor is closed, and may be another's, as soon as it is not. */
  get open(): boolean {
    return !this.#socket.destroyed;
  }

  /** Writes; settles when the terminal has taken it, or with false when there is no terminal any more. */
  write(bytes: Buffer): Promise<boolean> {
    this.#last = this.#last.then(() => this.#write(bytes));
    return this.#last;
  }

  async #write(bytes: Buffer): Promise<boolean> {
    let rest = bytes;
    while (this.open) {
      const taken = this.#writeNow(rest);
      if (taken === undefined) return false;
      rest = rest.subarray(taken);
      if (rest.length === 0) return true;
      await pause(FULL_MILLIS);
    }
    return false;
  }

  /** How many bytes the terminal takes now; undefined where it is gone. */
  #writeNow(bytes: Buffer): number | undefined {
    try {
      return writeSync(this.#fd, bytes);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : undefined;
    }
  }
}
