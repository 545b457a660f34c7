import type { Writable } from 'node:stream';
import type { LineSink, TellLost } from './sink.js';

/** Writes lines to a stream that the user owns: it is never ended here, and its errors crash nothing. */
export class StreamSink implements LineSink {
  readonly #stream: Writable;
  readonly #tellLost: TellLost;
  #pending = 0;
  #waiters: (() => void)[] = [];

  constructor(stream: Writable, tellLost: TellLost) {
    this.#stream = stream;
    this.#tellLost = tellLost;
    if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore);
  }

  get waiting(): number {
    return this.#stream.writableLength;
  }

  write(line: string): void {
    if (!this.#stream.writable) {
      this.#tellLost(1, this.#stream.errored ?? new Error('the stream is closed'));
      return;
    }
    this.#pending++;
    try {
      this.#stream.write(line, this.#settle);
    } catch (error) {
      this.#settle(error);
    }
  }

  whenIdle(callback: () => void): void {
    if (this.#pending === 0) callback();
    else this.#waiters.push(callback);
  }

  readonly #settle = (error?: unknown): void => {
    this.#pending--;
    if (error) this.#tellLost(1, error);
    if (this.#pending > 0 || this.#waiters.length === 0) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) this.whenIdle(waiter);
  };
}

/** Stays on the stream for good: each write learns of its own error, and late ones must not crash. */
function ignore(): void {}
