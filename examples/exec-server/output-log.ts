import type { Limits } from './limits.js';
import type { OutputChunk, OutputStream } from './wire.js';

/** The latest output of one process, within the limits; what is older is forgotten. */
export class OutputLog {
  readonly #limits: Pick<Limits, 'retainedBytes' | 'retainedChunks'>;
  #chunks: OutputChunk[] = [];
  #sizes: number[] = [];
  #first = 0;
  #bytes = 0;

  constructor(limits: Pick<Limits, 'retainedBytes' | 'retainedChunks'>) {
    this.#limits = limits;
  }

  /** Bytes of output that it holds, before encoding. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds output under the next number. */
  append(seq: number, stream: OutputStream, bytes: Buffer): OutputChunk {
    const chunk = { seq, stream, chunk: bytes.toString('base64') };
    this.#chunks.push(chunk);
    this.#sizes.push(bytes.length);
    this.#bytes += bytes.length;
    this.#forget();
    return chunk;
  }

  /** Chunks after a number: as many as fit in `maxBytes`, and at least one where there is one. */
  after(seq: number, maxBytes: number): OutputChunk[] {
    const start = this.#find(seq);
    let end = start;
    let bytes = 0;
    while (end < this.#chunks.length) {
      bytes += this.#sizes[end] ?? 0;
      if (end > start && bytes > maxBytes) break;
      end++;
    }
    return this.#chunks.slice(start, end);
  }

  #find(seq: number): number {
    let low = this.#first;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#chunks[middle]?.seq ?? 0) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #forget(): void {
    const { retainedBytes, retainedChunks } = this.#limits;
    while (this.#bytes > retainedBytes || this.#chunks.length - this.#first > retainedChunks) {
      this.#bytes -= this.#sizes[this.#first] ?? 0;
      this.#first++;
    }
    if (this.#first * 2 <= this.#chunks.length) return;
    this.#chunks = this.#chunks.slice(this.#first);
    this.#sizes = this.#sizes.slice(this.#first);
    this.#first = 0;
  }
}
