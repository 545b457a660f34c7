import type { QueueLimits } from '../queue-options.js';
import type { Batch } from './batch.js';

/** The batches that wait, in order, in bounded memory. */
export class Backlog<Item, Kind extends Batch<Item>> {
  readonly #limits: QueueLimits;
  readonly #begin: () => Kind;
  #batches: Kind[] = [];
  #count = 0;
  #bytes = 0;

  /** @param begin makes an empty batch */
  constructor(limits: QueueLimits, begin: () => Kind) {
    this.#limits = limits;
    this.#begin = begin;
  }

  /** How many wait, those on their way included. */
  get count(): number {
    return this.#count;
  }

  /**
   * Puts an item into the last batch, or into one after it.
   * @returns whether there was room
   * @throws what reading the item throws
   */
  add(item: Item): boolean {
    const { maxQueueSize, maxQueueBytes, maxExportBatchSize, maxExportBatchBytes } = this.#limits;
    if (this.#count >= maxQueueSize || this.#bytes >= maxQueueBytes) return false;
    const last = this.#batches.at(-1);
    if (last !== undefined && last.count < maxExportBatchSize) {
      const before = last.bytes;
      last.put(item);
      if (last.bytes <= maxExportBatchBytes) return this.#keep(last, last.bytes - before);
      last.undo();
    }
    const next = this.#begin();
    next.put(item);
    const isKept = this.#keep(next, next.bytes);
    if (isKept) this.#batches.push(next);
    return isKept;
  }

  /** Takes the first batch out, which counts until it is settled. */
  shift(): Kind | undefined {
    return this.#batches.shift();
  }

  /** Counts a batch no longer. */
  settle({ count, bytes }: Kind): void {
    this.#count -= count;
    this.#bytes -= bytes;
  }

  /** Forgets everything. */
  clear(): void {
    this.#batches = [];
    this.#count = 0;
    this.#bytes = 0;
  }

  #keep(batch: Kind, bytes: number): boolean {
    if (this.#bytes + bytes > this.#limits.maxQueueBytes) {
      batch.undo();
      return false;
    }
    this.#bytes += bytes;
    this.#count++;
    return true;
  }
}
