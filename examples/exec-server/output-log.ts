import type { Limits } from './limits.js';
import type { OutputChunk, OutputStream } from './wire.js';

/** What a stream gives at once, at most. */
const CHUNK_BYTES = 64 * 1024;
/** `{"seq":…,"stream":"stdout","chunk":""},` and the padding of base64. */
const CHUNK_OVERHEAD = 64;

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

  /** The number of the latest output that it holds; 0 where it holds none. */
  get lastSeq(): number {
    return this.#chunks.at(-1)?.seq ?? 0;
  }

  /** Bytes that chunks after a number take in an answer, at most. */
  encodedBytes(seq: number, maxBytes: number): number {
    const chunks = this.#chunks.length - this.#find(seq);
    const bytes = chunks === 0 ? 0 : Math.min(this.#bytes, Math.max(maxBytes, CHUNK_BYTES));
    return Math.ceil(bytes / 3) * 4 + chunks * CHUNK_OVERHEAD;
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
