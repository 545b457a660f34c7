import type { Batch, Sender } from './queue/batch.js';
import { ExportQueue } from './queue/export-queue.js';
import type { PatienceOptions, QueueLimits, QueueOptions } from './queue-options.js';
import { Tally } from './tally.js';

/** What a {@link QueueProcessor} is made with. */
export interface QueueProcessorParts<Item, Kind extends Batch<Item>> {
  readonly signal: 'span' | 'log';
  readonly limits: QueueLimits;
  readonly meterProvider: QueueOptions['meterProvider'];
  readonly sender: Sender<Item, Kind>;
}

/** What every processor of this door can do, whatever it exports and how. No method throws or rejects. */
export abstract class QueueProcessor<Item> {
  readonly #queue: ExportQueue<Item, Batch<Item>>;
  readonly #timeoutMillis: number;

  /** @internal */
  protected constructor({
    signal,
    limits,
    meterProvider,
    sender,
  }: QueueProcessorParts<Item, Batch<Item>>) {
    const subject = { signal, meterProvider, capacity: limits.maxQueueSize };
    this.#timeoutMillis = limits.exportTimeoutMillis;
    this.#queue = new ExportQueue({
      sender,
      limits,
      tally: (size) => new Tally({ ...subject, size }),
    });
  }

  /** How many have not arrived yet. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Settles when everything that waits now has arrived or was refused for good, or when the time is over.
   */
  forceFlush({ timeoutMillis = this.#timeoutMillis }: PatienceOptions = {}): Promise<void> {
    return this.#queue.flush(timeoutMillis);
  }

  /** As `forceFlush`; then takes no more, and tells how many had not arrived. */
  shutdown({ timeoutMillis = this.#timeoutMillis }: PatienceOptions = {}): Promise<void> {
    return this.#queue.shutdown(timeoutMillis);
  }

  /** Gives up at once, and tells how many had not arrived: for a program's `exit` event. */
  abandon(): void {
    this.#queue.abandon();
  }

  /** Takes one. */
  protected add(item: Item): void {
    this.#queue.add(item);
  }
}
