import { context } from '@opentelemetry/api';
import { suppressedContext } from '../opentelemetry/suppression.js';
import type { BatchExporter, BatchResult, Exportable } from './batch-exporter.js';
import { type ListenToAnswer, type OtlpAnswer, watchAnswers } from './otlp-answer.js';
import type { QueueLimits } from './queue-options.js';
import { isRefusal } from './refusal.js';
import type { LossReason, Tally } from './tally.js';

/** Milliseconds from the first failed attempt to the next, and the most that this grows to. */
const RETRY = { first: 1000, longest: 5000 } as const;
/** The most milliseconds that an endpoint's `Retry-After` is heeded. */
const LONGEST_RETRY_AFTER = 60_000;
const SUCCESS = 0;

/** What is sent at once. */
interface Batch<Item> {
  readonly items: Item[];
  bytes: number;
}

/** What became of an attempt. */
type Fate =
  | { readonly kind: 'arrived'; readonly rejected: number; readonly message: string }
  | { readonly kind: 'refused'; readonly reason: LossReason; readonly message: string }
  | { readonly kind: 'failed'; readonly error: Error; readonly retryInMillis: number | undefined };

interface Waiter {
  readonly upTo: number;
  readonly resolve: () => void;
}

/** What an {@link ExportQueue} is made with. */
export interface ExportQueueParts<Item> {
  readonly exporter: BatchExporter<Item>;
  readonly limits: QueueLimits;
  readonly tally: (size: () => number) => Tally;
  /** About how many bytes an item will have. */
  estimateBytes(item: Item): number;
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
export class ExportQueue<Item extends Exportable> {
  readonly #exporter: BatchExporter<Item>;
  readonly #limits: QueueLimits;
  readonly #tally: Tally;
  readonly #estimateBytes: (item: Item) => number;
  readonly #listen: ListenToAnswer;
  readonly #waiters = new Set<Waiter>();
  #batches: Batch<Item>[] = [];
  #bytes = 0;
  /** How many were taken, ought to be sent without waiting for more, and are done with. */
  #taken = 0;
  #due = 0;
  #settled = 0;
  #isSending = false;
  #isOver = false;
  #isFailing = false;
  #ending: Promise<void> | undefined;
  #delay: NodeJS.Timeout | undefined;
  #wake: () => void = () => {};

  constructor({ exporter, limits, tally, estimateBytes }: ExportQueueParts<Item>) {
    this.#exporter = exporter;
    this.#limits = limits;
    this.#tally = tally(() => this.size);
    this.#estimateBytes = estimateBytes;
    this.#listen = watchAnswers(exporter);
  }

  /** How many have not arrived yet. */
  get size(): number {
    return this.#taken - this.#settled;
  }

  /** Takes one, unless the queue is full or has been shut down. */
  add(item: Item): void {
    const { maxQueueSize, maxQueueBytes, maxExportBatchSize, scheduledDelayMillis } = this.#limits;
    this.#tally.open();
    const bytes = this.#estimateBytes(item);
    const isFull = this.size >= maxQueueSize || this.#bytes + bytes > maxQueueBytes;
    if (this.#isOver || isFull) {
      this.#tally.lost(1, this.#isOver ? 'shutdown' : 'queue_full');
      return;
    }
    this.#append(item, bytes);
    if (this.#taken - this.#due >= maxExportBatchSize) this.#sendAll();
    else this.#delay ??= setTimeout(() => this.#sendAll(), scheduledDelayMillis).unref();
  }

  /** Settles when everything that waits now has arrived or was refused, or when the time is over. */
  async flush(withinMillis: number): Promise<void> {
    this.#sendAll();
    this.#wake();
    if (!(await this.#isDone(withinMillis))) {
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
    this.#batches = [];
    this.#bytes = 0;
    this.#settle(this.size);
    this.#tally.close();
    this.#wake();
  }

  async #end(withinMillis: number): Promise<void> {
    this.#sendAll();
    this.#wake();
    await this.#isDone(withinMillis);
    this.abandon();
    try {
      void this.#exporter.shutdown().catch(() => {});
    } catch {}
  }

  #append(item: Item, bytes: number): void {
    const { maxExportBatchSize, maxExportBatchBytes } = this.#limits;
    const last = this.#batches.at(-1);
    const fits =
      last !== undefined &&
      last.items.length < maxExportBatchSize &&
      last.bytes + bytes <= maxExportBatchBytes;
    if (fits) {
      last.items.push(item);
      last.bytes += bytes;
    } else this.#batches.push({ items: [item], bytes });
    this.#bytes += bytes;
    this.#taken++;
  }

  /** Whether what waits now is done with in time. */
  #isDone(withinMillis: number): Promise<boolean> {
    const upTo = this.#taken;
    if (this.#settled >= upTo) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        upTo,
        resolve: () => {
          clearTimeout(timer);
          resolve(true);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        resolve(false);
      }, withinMillis);
      this.#waiters.add(waiter);
    });
  }

  #settle(count: number): void {
    this.#settled += count;
    for (const waiter of this.#waiters) {
      if (waiter.upTo > this.#settled) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  #sendAll(): void {
    clearTimeout(this.#delay);
    this.#delay = undefined;
    this.#due = this.#taken;
    if (!this.#isSending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    while (this.#settled < this.#due) {
      const batch = this.#batches.shift();
      if (batch === undefined) break;
      await this.#deliver(batch);
      if (this.#isOver) break;
      this.#bytes -= batch.bytes;
      this.#settle(batch.items.length);
    }
    this.#isSending = false;
  }

  async #deliver({ items }: Batch<Item>): Promise<void> {
    await this.#awaitResource(items);
    for (let pause: number = RETRY.first; !this.#isOver; pause *= 2) {
      const fate = await this.#attempt(items);
      if (this.#isOver) return;
      if (fate.kind !== 'failed') {
        this.#count(items.length, fate);
        return;
      }
      if (!this.#isFailing) this.#tally.waits(messageOf(fate.error));
      this.#isFailing = true;
      await this.#pauseFor(pause, fate.retryInMillis);
    }
  }

  #count(size: number, fate: Exclude<Fate, { kind: 'failed' }>): void {
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

  /** The attributes of a resource may come later than what is recorded under it. */
  async #awaitResource([first]: Item[]): Promise<void> {
    let attributes: Promise<void> | undefined;
    try {
      attributes = first?.resource?.waitForAsyncAttributes?.();
    } catch {}
    if (attributes === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const isLate = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#limits.exportTimeoutMillis).unref();
    });
    await Promise.race([attributes.catch(() => {}), isLate]);
    clearTimeout(timer);
  }

  #attempt(items: Item[]): Promise<Fate> {
    return new Promise((resolve) => {
      let answer: OtlpAnswer | undefined;
      const timer = setTimeout(
        () => done({ code: 1, error: new Error('the export took too long') }),
        this.#limits.exportTimeoutMillis,
      ).unref();
      const done = (result: BatchResult) => {
        clearTimeout(timer);
        resolve(fateOf(result, answer));
      };
      const tell = (told: OtlpAnswer) => {
        answer = told;
      };
      try {
        const send = () => this.#exporter.export(items, done);
        context.with(suppressedContext(context.active()), () => this.#listen(tell, send));
      } catch (error) {
        clearTimeout(timer);
        resolve({ kind: 'refused', reason: 'rejected', message: messageOf(error) });
      }
    });
  }

  /** Spreads attempts of many programs; a flush cuts it short, unless the endpoint asked for it. */
  #pauseFor(millis: number, retryInMillis = 0): Promise<void> {
    const pause = Math.min(millis, RETRY.longest) * (0.8 + 0.4 * Math.random());
    const asked = Math.min(retryInMillis, LONGEST_RETRY_AFTER);
    return this.#sleep(Math.max(pause, asked), asked > 0);
  }

  #sleep(millis: number, soundly = false): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        if (soundly && !this.#isOver) return;
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
      const timer = setTimeout(() => {
        this.#wake = () => {};
        resolve();
      }, millis).unref();
      this.#wake = wake;
    });
  }
}

function fateOf({ code, error }: BatchResult, answer: OtlpAnswer | undefined): Fate {
  if (code === SUCCESS) {
    const { rejected = 0, message = '', foreign = false } = answer ?? {};
    if (foreign) return { kind: 'refused', reason: 'invalid_response', message };
    return { kind: 'arrived', rejected, message };
  }
  const cause = error ?? new Error('the export failed');
  if (isRefusal(cause)) return { kind: 'refused', reason: 'rejected', message: messageOf(cause) };
  return { kind: 'failed', error: cause, retryInMillis: answer?.retryInMillis };
}

function messageOf(error: unknown): string {
  const { code, message = String(error) } = (error ?? {}) as { code?: unknown; message?: string };
  const isNamed = typeof code !== 'number' || message.startsWith(String(code));
  return isNamed ? message : `${code} ${message}`;
}
