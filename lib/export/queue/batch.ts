import type { Fate } from './fate.js';

/** What is sent at once. */
export interface Batch<Item> {
  /** How many it has. */
  readonly count: number;
  /** Bytes of what it has. */
  readonly bytes: number;
  /**
   * Puts one more in.
   * @throws what reading the item throws; then it isn't in
   */
  put(item: Item): void;
  /** Takes out again what was put in last. */
  undo(): void;
}

/** Makes batches and sends them. */
export interface Sender<Item, Kind extends Batch<Item>> {
  /** Begins a batch, empty. */
  begin(): Kind;
  /** Tries once to send a batch; never rejects. */
  send(batch: Kind): Promise<Fate>;
  /** Lets go of what it holds; never throws. */
  close(): void;
}
