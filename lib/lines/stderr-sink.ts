import { PieceQueue } from './piece-queue.js';
import type { LineSink, TellLost } from './sink.js';
import { codeOf, StderrDescriptor } from './stderr-descriptor.js';

/** How much is written before the event loop gets its turn. */
const TURN_BYTES = 256 * 1024;
/** How much comes in before it is tried to write it without waiting for the timer. */
const ATTEMPT_BYTES = 16 * 1024;
/** How many lines of one millisecond are written one by one; more of them are gathered. */
const SINGLE_LINES = 16;
const SHORTEST_PAUSE_MILLIS = 1;
const LONGEST_PAUSE_MILLIS = 64;
/** How long the process's exit is put off for a slow reader at most. */
const EXIT_PATIENCE_MILLIS = 3_000;
const NEWLINE = 10;

/** The end of a piece of which the beginning is written. */
interface Rest {
  bytes: Buffer;
  /** Whether what is written of it ends within a line. */
  cut: boolean;
  readonly tellLost: TellLost;
}

/**
 * Writes lines to file descriptor 2 at once, or, in a burst, a millisecond later. What there is no room for is
 * kept and tried again after 1 ms and then ever more rarely, up to 64 ms, without keeping the process running;
 * and written out when the process exits, as far as its reader takes it within 3 s.
 *
 * Lines are written whole, in pieces that a pipe takes whole or not at all, so that no line of another
 * writer lands inside one of ours. The exception is a line of more than `PIPE_BUF` bytes: it is written by
 * one write(2) as well, which a pipe with room for it takes whole; with less room, its rest follows before
 * anything else of ours, but other writers may come between.
 *
 * Scar: `process.stderr` on a pipe keeps what doesn't fit in its own buffer, and `process.exit()`
 * loses that. Node 20.20 and 24 on Linux, https://github.com/nodejs/node/issues/53242
 */
class StderrSink implements LineSink {
  readonly #descriptor = new StderrDescriptor();
  readonly #queue = new PieceQueue();
  #rest: Rest | undefined;
  /** Whether stderr ends within a line that won't be completed: ours, or what `process.stderr` keeps at exit. */
  #cut = false;
  #gone: unknown;
  #timer: NodeJS.Timeout | undefined;
  #attemptAt = 0;
  #counted = 0;
  #countedAt = 0;
  #exitDeadline: number | undefined;
  #waiters: (() => void)[] = [];

  constructor() {
    process.on('exit', () => this.#exit());
  }

  get waiting(): number {
    return this.#queue.bytes + (this.#rest?.bytes.length ?? 0);
  }

  write(line: string, tellLost: TellLost): void {
    if (this.#gone !== undefined) {
      tellLost(1, this.#gone);
      return;
    }
    this.#queue.push(line, tellLost);
    if (this.#exitDeadline !== undefined) this.#writeOut(this.#exitDeadline);
    else if (this.#timer === undefined && this.#isBurst()) this.#wait(SHORTEST_PAUSE_MILLIS);
    else if (this.#timer === undefined || this.#queue.bytes >= this.#attemptAt) this.#writeOn();
  }

  whenIdle(callback: () => void): void {
    if (this.waiting === 0) callback();
    else this.#waiters.push(callback);
  }

  /**
   * Writes on what waits, as far as there is room, and no more than one turn's share.
   * @param pauseMillis after how long it is tried again if there is no room at all
   */
  #writeOn(pauseMillis = SHORTEST_PAUSE_MILLIS): void {
    const written = this.#writeShare();
    if (this.waiting > 0) this.#wait(written > 0 ? SHORTEST_PAUSE_MILLIS : pauseMillis);
    else this.#settle();
  }

  /** @returns how many bytes were written; 0 where there was no room, or all is lost */
  #writeShare(): number {
    try {
      const isExiting = this.#exitDeadline !== undefined;
      if (!isExiting && this.#descriptor.busy) return 0;
      return this.#descriptor.attempt(() => {
        let total = 0;
        for (let written = 1; written > 0 && total < TURN_BYTES && this.waiting > 0; ) {
          written = this.#writeOnce();
          total += written;
        }
        return total;
      }, isExiting);
    } catch (error) {
      this.#lose(error);
      return 0;
    }
  }

  #isBurst(): boolean {
    const now = Date.now();
    if (now !== this.#countedAt) this.#counted = 0;
    this.#countedAt = now;
    return ++this.#counted > SINGLE_LINES;
  }

  #wait(pauseMillis: number): void {
    this.#attemptAt = this.#queue.bytes + ATTEMPT_BYTES;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writeOn(Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS));
    }, pauseMillis).unref();
  }

  #writeOnce(): number {
    if (this.#cut && this.#descriptor.write('\n') === 0) return 0;
    this.#cut = false;
    return this.#rest === undefined ? this.#writePiece() : this.#writeRest(this.#rest);
  }

  #writePiece(): number {
    const piece = this.#queue.first;
    if (piece === undefined) return 0;
    const written = this.#descriptor.write(piece.text);
    if (written === 0) return 0;
    this.#queue.shift();
    if (written < piece.bytes) {
      const bytes = Buffer.from(piece.text);
      const cut = bytes[written - 1] !== NEWLINE;
      this.#rest = { bytes: bytes.subarray(written), cut, tellLost: piece.tellLost };
    }
    return written;
  }

  #writeRest(rest: Rest): number {
    const written = this.#descriptor.write(rest.bytes);
    if (written > 0) rest.cut = rest.bytes[written - 1] !== NEWLINE;
    rest.bytes = rest.bytes.subarray(written);
    if (rest.bytes.length === 0) this.#rest = undefined;
    return written;
  }

  #lose(error: unknown): void {
    if (codeOf(error) === 'EPIPE') this.#gone = error;
    const rest = this.#rest;
    const pieces = this.#queue.clear();
    this.#rest = undefined;
    if (rest !== undefined) {
      this.#cut = rest.cut;
      rest.tellLost(countLines(rest.bytes), error);
    }
    for (const { lines, tellLost } of pieces) tellLost(lines, error);
    this.#settle();
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) this.whenIdle(waiter);
  }

  #exit(): void {
    this.#exitDeadline = Date.now() + EXIT_PATIENCE_MILLIS;
    if (this.#rest === undefined) this.#cut ||= this.#descriptor.busy;
    this.#writeOut(this.#exitDeadline);
  }

  /** Writes what waits while nothing else of the program runs any more. */
  #writeOut(deadline: number): void {
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    while (this.waiting > 0) {
      const written = this.#writeShare();
      if (this.waiting === 0) break;
      if (Date.now() >= deadline) return;
      if (written === 0) Atomics.wait(sleeper, 0, 0, SHORTEST_PAUSE_MILLIS);
    }
    this.#settle();
  }
}

let sink: StderrSink | undefined;

/** The one sink of stderr: whoever writes lines there writes them through it, so that none tears another's. */
export function stderrSink(): LineSink {
  sink ??= new StderrSink();
  return sink;
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
