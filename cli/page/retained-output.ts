import type { OutputPiece } from './page-host.js';

const MAX_BYTES = 256 * 1024;
const MAX_PIECES = 4_096;

/**
 * The latest output of one subject, for any number of readers: what a {@link Subject} can give as its
 * `output`. What is older than the limits is forgotten; a reader who is slower than that misses it.
 */
export class RetainedOutput {
  readonly #maxBytes: number;
  readonly #waiting = new Set<() => void>();
  #pieces: OutputPiece[] = [];
  #forgotten = 0;
  #bytes = 0;
  #ended = false;

  /** @param maxBytes how much is kept. Default 256 KiB */
  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** How many bytes are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a piece; of one that is larger than all that is kept, its end. */
  write(stream: string, bytes: Uint8Array): void {
    const kept = bytes.subarray(Math.max(0, bytes.length - this.#maxBytes));
    this.#pieces.push({ stream, bytes: kept });
    this.#bytes += kept.length;
    let surplus = 0;
    while (this.#bytes > this.#maxBytes || this.#pieces.length - surplus > MAX_PIECES) {
      this.#bytes -= this.#pieces[surplus++]?.bytes.length ?? 0;
    }
    this.#pieces.splice(0, surplus);
    this.#forgotten += surplus;
    this.#wake();
  }

  /** Nothing more comes. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Reads what is kept and then what comes, until the end. @param signal aborted when nobody reads any more */
  async *read(signal: AbortSignal): AsyncGenerator<OutputPiece> {
    for (let next = this.#forgotten; !signal.aborted; next++) {
      next = Math.max(next, this.#forgotten);
      while (next - this.#forgotten >= this.#pieces.length) {
        if (this.#ended || signal.aborted) return;
        await this.#news(signal);
        next = Math.max(next, this.#forgotten);
      }
      yield this.#pieces[next - this.#forgotten] as OutputPiece;
    }
  }

  #news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
