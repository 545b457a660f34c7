import type { Batch } from './queue/batch.js';

/** Items as they came, for an exporter. */
export class ItemBatch<Item> implements Batch<Item> {
  readonly items: Item[] = [];
  readonly #estimateBytes: (item: Item) => number;
  #bytes = 0;
  #latest = 0;

  /** @param estimateBytes about how many bytes an item will have */
  constructor(estimateBytes: (item: Item) => number) {
    this.#estimateBytes = estimateBytes;
  }

  get count(): number {
    return this.items.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  put(item: Item): void {
    this.#latest = this.#estimateBytes(item);
    this.#bytes += this.#latest;
    this.items.push(item);
  }

  undo(): void {
    this.items.pop();
    this.#bytes -= this.#latest;
  }
}
