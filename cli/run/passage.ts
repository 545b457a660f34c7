import { write } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

const RETRY_MILLIS = 5;

/**
 * Passes bytes on from a stream to a descriptor, in order, no faster than they are taken there. A reader that is gone
 * is gone for the writer too.
 * @param hear is told each piece as it passes
 */
export class Passage {
  readonly #source: Readable;
  readonly #target: number;
  #pieces = 0;
  #written = Promise.resolve();

  constructor(source: Readable, target: number, hear: (piece: Buffer) => void) {
    this.#source = source;
    this.#target = target;
    source.on('data', (piece: Buffer) => {
      this.#pieces++;
      hear(piece);
      source.pause();
      this.#written = this.#write(piece).then(() => {
        source.resume();
      });
    });
    source.on('error', () => {});
  }

  /**
   * Settles when what was written until now has been passed on. Who still holds the other end, as a daemon does, may go
   * on writing; that is not waited for.
   */
  async drained(): Promise<void> {
    for (let before = -1; before !== this.#pieces; ) {
      before = this.#pieces;
      await this.#written;
      if (this.#source.readableEnded || this.#source.destroyed) return;
      await turnOfTheLoop();
    }
  }

  async #write(piece: Buffer): Promise<void> {
    try {
      for (let rest = piece; rest.length > 0; ) {
        rest = rest.subarray(await this.#writeSome(rest));
      }
    } catch {
      this.#source.destroy();
    }
  }

  async #writeSome(bytes: Buffer): Promise<number> {
    try {
      return await new Promise<number>((resolve, reject) => {
        write(this.#target, bytes, (error, written) => (error ? reject(error) : resolve(written)));
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await pause(RETRY_MILLIS);
      return 0;
    }
  }
}

/** Settles when the loop has looked at every descriptor once. */
function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}
