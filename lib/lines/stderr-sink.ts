import { writeSync } from 'node:fs';
import type { LineSink, TellLost } from './sink.js';

const stderr = 2;
const retryMillis = 2;
const exitPatienceMillis = 2000;
const none = Buffer.alloc(0);

/**
 * Writes lines to file descriptor 2 at once, and keeps what a full pipe doesn't take: retried while
 * the process runs, without keeping it running, and written out when it exits, as long as the reader
 * takes something every two seconds.
 *
 * Scar: `process.stderr` on a pipe keeps what doesn't fit in its own buffer, and `process.exit()`
 * loses that. Node 20.20 and 24 on Linux, https://github.com/nodejs/node/issues/53242
 */
export class StderrSink implements LineSink {
  readonly #tellLost: TellLost;
  /** Reading it makes Node set a pipe to non-blocking, so that a full one can't stop the host. */
  readonly #shared = process.stderr;
  #rest: Buffer = none;
  #queued = '';
  #retry: NodeJS.Timeout | undefined;
  #gone: unknown;
  #waiters: (() => void)[] = [];

  constructor(tellLost: TellLost) {
    this.#tellLost = tellLost;
  }

  get waiting(): number {
    return this.#rest.length + this.#queued.length;
  }

  write(line: string): void {
    if (this.#gone !== undefined) {
      this.#tellLost(1, this.#gone);
    } else if (this.waiting > 0 || this.#shared.writableLength > 0) {
      this.#queued += line;
      this.#wait();
    } else {
      this.#writeNow(line);
    }
  }

  whenIdle(callback: () => void): void {
    if (this.waiting === 0) callback();
    else this.#waiters.push(callback);
  }

  #writeNow(line: string): void {
    try {
      const written = writeSync(stderr, line);
      if (written === Buffer.byteLength(line)) return;
      this.#rest = Buffer.from(line).subarray(written);
      this.#wait();
    } catch (error) {
      this.#queued = line;
      this.#endure(error);
    }
  }

  /** Writes on what waits, as far as it goes. */
  #writeOn(): void {
    try {
      while (this.waiting > 0) {
        if (this.#rest.length === 0) {
          this.#rest = Buffer.from(this.#queued);
          this.#queued = '';
        }
        this.#rest = this.#rest.subarray(writeSync(stderr, this.#rest));
      }
      this.#settle();
    } catch (error) {
      this.#endure(error);
    }
  }

  #endure(error: unknown): void {
    if (codeOf(error) === 'EAGAIN') this.#wait();
    else this.#lose(error);
  }

  #lose(error: unknown): void {
    if (codeOf(error) === 'EPIPE') this.#gone = error;
    const lines = countLines(this.#rest) + countLines(Buffer.from(this.#queued));
    this.#rest = none;
    this.#queued = '';
    this.#tellLost(lines, error);
    this.#settle();
  }

  #wait(): void {
    if (this.#retry !== undefined) return;
    this.#retry = setInterval(() => {
      if (this.#shared.writableLength === 0) this.#writeOn();
    }, retryMillis).unref();
    process.on('exit', this.#finish);
  }

  #settle(): void {
    clearInterval(this.#retry);
    this.#retry = undefined;
    process.off('exit', this.#finish);
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) this.whenIdle(waiter);
  }

  readonly #finish = (): void => {
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    let waiting = this.waiting;
    let deadline = Date.now() + exitPatienceMillis;
    while (waiting > 0 && Date.now() < deadline) {
      this.#writeOn();
      if (this.waiting < waiting) deadline = Date.now() + exitPatienceMillis;
      else Atomics.wait(sleeper, 0, 0, retryMillis);
      waiting = this.waiting;
    }
  };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}
