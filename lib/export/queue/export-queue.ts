import type { QueueLimits } from '../queue-options.js';
import type { Tally } from '../tally.js';
import { Backlog } from './backlog.js';
import type { Batch, Sender } from './batch.js';
import { messageOf, type Settled } from './fate.js';
import { Pause } from './pause.js';
import { Progress } from './progress.js';

/** What an {@link ExportQueue} is made with. */
export interface ExportQueueParts<Item, Kind extends Batch<Item>> {
  readonly sender: Sender<Item, Kind>;
  readonly limits: QueueLimits;
  readonly tally: (size: () => number) => Tally;
}

/**
 * Keeps what is to be exported until it has arrived, or until it is refused for good. The SDK's batch
 * processors forget a batch whose export has failed, do not tell of log records that their queue can't
 * hold, and end with as many exports at a time as there are batches:
 * https://github.com/open-telemetry/opentelemetry-js/tree/main/packages/sdk-trace/src/export
 *
 * Each item is counted once: as arrived, or as lost for one reason. No timer of it keeps the program
 * alive, but while a flush or a shutdown is waited for.
 */
export class ExportQueue<Item, Kind extends Batch<Item>> {
  readonly #sender: Sender<Item, Kind>;
  readonly #limits: QueueLimits;
  readonly #tally: Tally;
  readonly #backlog: Backlog<Item, Kind>;
  readonly #progress = new Progress();
  readonly #pause = new Pause();
  #isSending = false;
  #isOver = false;
  #isFailing = false;
  #ending: Promise<void> | undefined;
  #delay: NodeJS.Timeout | undefined;

  constructor({ sender, limits, tally }: ExportQueueParts<Item, Kind>) {
    this.#sender = sender;
    this.#limits = limits;
    this.#tally = tally(() => this.size);
    this.#backlog = new Backlog(limits, () => sender.begin());
  }

  /** How many have not arrived yet. */
  get size(): number {
    return this.#progress.open;
  }

  /** Takes one, unless the queue is full or has been shut down, or the item can't be read. */
  add(item: Item): void {
    this.#tally.open();
    if (this.#isOver) this.#tally.lost(1, 'shutdown');
    else if (this.#isTaken(item)) this.#hasMore();
  }

  /** Settles when everything that waits now has arrived or was refused, or when the time is over. */
  async flush(withinMillis: number): Promise<void> {
    this.#sendAll();
    this.#pause.cutShort();
    if (!(await this.#progress.isDone(withinMillis))) {
      this.#tally.warn(`still wait after ${withinMillis} ms of a flush: ${this.size}`);
    }
  }

  /** Sends what waits, gives up when the time is over, and tells how many had not arrived by then. */
  shutdown(withinMillis: number): Promise<void> {
    this.#ending ??= this.#end(withinMillis);
    return this.#ending;
  }

  /** Gives up at once, and tells how many had not arrived. */
  abandon(): void {
    if (this.#isOver) {
      this.#tally.tell();
      return;
    }
    this.#isOver = true;
    clearTimeout(this.#delay);
    this.#tally.lost(this.size, 'shutdown');
    this.#backlog.clear();
    this.#progress.settle(this.size);
    this.#tally.close();
    this.#pause.end();
  }

  async #end(withinMillis: number): Promise<void> {
    this.#sendAll();
    this.#pause.cutShort();
    await this.#progress.isDone(withinMillis);
    this.abandon();
    this.#sender.close();
  }

  #isTaken(item: Item): boolean {
    try {
      if (this.#backlog.add(item)) return true;
      this.#tally.lost(1, 'queue_full');
    } catch (error) {
      this.#tally.lost(1, 'rejected', messageOf(error));
    }
    return false;
  }

  #hasMore(): void {
    const { maxExportBatchSize, scheduledDelayMillis } = this.#limits;
    this.#progress.take();
    if (this.#progress.early >= maxExportBatchSize) this.#sendAll();
    else this.#delay ??= setTimeout(() => this.#sendAll(), scheduledDelayMillis).unref();
  }

  #sendAll(): void {
    clearTimeout(this.#delay);
    this.#delay = undefined;
    this.#progress.hurry();
    if (!this.#isSending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    while (this.#progress.isDue) {
      const batch = this.#backlog.shift();
      if (batch === undefined) break;
      await this.#deliver(batch);
      if (this.#isOver) break;
      this.#backlog.settle(batch);
      this.#progress.settle(batch.count);
    }
    this.#isSending = false;
  }

  async #deliver(batch: Kind): Promise<void> {
    this.#pause.reset();
    while (!this.#isOver) {
      const fate = await this.#sender.send(batch);
      if (this.#isOver) return;
      if (fate.kind !== 'failed') {
        this.#count(batch.count, fate);
        return;
      }
      if (!this.#isFailing) this.#tally.waits(fate.message);
      this.#isFailing = true;
      await this.#pause.wait(fate.retryInMillis);
    }
  }

  #count(size: number, fate: Settled): void {
    if (fate.kind === 'refused') {
      this.#tally.lost(size, fate.reason, fate.message);
      return;
    }
    const rejected = Math.min(fate.rejected, size);
    this.#tally.arrived(size - rejected);
    if (rejected > 0) this.#tally.lost(rejected, 'rejected', fate.message);
    else this.#tally.arrivedWith(fate.message);
    this.#isFailing = false;
  }
}
