import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { type Piece, PieceQueue } from './piece-queue.js';
import type { LineSink, TellLost } from './sink.js';

/**
 * Writes lines to a stream that the user owns: it is never ended here, and its errors crash nothing.
 *
 * A stream that may be a pipe shared with others gets pieces that a pipe takes whole or not at all, one after
 * the other: what such a stream keeps itself it writes at once, and ends wherever the pipe is full.
 */
export class StreamSink implements LineSink {
  readonly #stream: Writable;
  readonly #mayBeShared: boolean;
  readonly #queue = new PieceQueue();
  #pending = 0;
  #waiters: (() => void)[] = [];

  constructor(stream: Writable) {
    this.#stream = stream;
    this.#mayBeShared = stream instanceof Socket;
    if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore);
  }

  get waiting(): number {
    return this.#stream.writableLength + this.#queue.bytes;
  }

  write(line: string, tellLost: TellLost): void {
    if (!this.#stream.writable) {
      tellLost(1, this.#stream.errored ?? new Error('the stream is closed'));
    } else if (this.#mayBeShared) {
      this.#queue.push(line, tellLost);
      if (this.#pending === 0) this.#writeNext();
    } else {
      this.#hand({ text: line, lines: 1, tellLost });
    }
  }

  whenIdle(callback: () => void): void {
    if (this.#pending === 0) callback();
    else this.#waiters.push(callback);
  }

  #writeNext(): void {
    const piece = this.#queue.shift();
    if (piece !== undefined) this.#hand(piece);
  }

  #hand({ text, lines, tellLost }: Pick<Piece, 'text' | 'lines' | 'tellLost'>): void {
    const settle = (error?: unknown) => {
      this.#pending--;
      if (error) tellLost(lines, error);
      this.#writeNext();
      if (this.#pending === 0) this.#settle();
    };
    this.#pending++;
    try {
      this.#stream.write(text, settle);
    } catch (error) {
      settle(error);
    }
  }

  #settle(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) this.whenIdle(waiter);
  }
}

/** Stays on the stream for good: each write learns of its own error, and late ones must not crash. */
function ignore(): void {}
