import { type Attributes, type Counter, context, diag, metrics } from '@opentelemetry/api';
import { isRefusal } from './refusal.js';
import { withoutTracing } from './without-tracing.js';

/** Milliseconds from the first failed attempt to the next, and the most that this grows to. */
const RETRY = { first: 1000, longest: 5000 } as const;
/** Milliseconds between two warnings of what was dropped. */
const TELL_EVERY = 5000;

const SUCCESS = 0;

/** What an exporter says of a batch, as every exporter of OpenTelemetry does. */
export interface BatchResult {
  /** 0 where the batch was exported. */
  readonly code: number;
  readonly error?: Error | undefined;
}

/** Sends a batch; every exporter of spans or of log records does. */
export interface BatchExporter<Item> {
  export(items: Item[], done: (result: BatchResult) => void): void;
  shutdown(): Promise<void>;
}

/** What an {@link ExportQueue} is made with. */
export interface ExportQueueOptions<Item> {
  /** What its metrics are named after: `otel.sdk.processor.{signal}.…` */
  readonly signal: 'span' | 'log';
  readonly exporter: BatchExporter<Item>;
  /** How many may wait, those on their way included; what comes beyond is dropped. */
  readonly capacity: number;
  /** How many go at once. */
  readonly batchSize: number;
  /** Milliseconds that an incomplete batch waits for more. */
  readonly delayMillis: number;
  /** Milliseconds that one attempt may take. */
  readonly timeoutMillis: number;
}

/** What a queue looks at in an item. */
export interface Exportable {
  readonly resource: { waitForAsyncAttributes?(): Promise<void> };
}

/** Why a batch did not arrive; a final one is not tried again. */
interface Failure {
  readonly error: Error;
  readonly final: boolean;
}

/**
 * Keeps what is to be exported until it has arrived, or until it is refused for good. The SDK's batch
 * processors forget a batch whose export has failed, do not tell of log records that their queue can't
 * hold, and end with as many exports at a time as there are batches:
 * https://github.com/open-telemetry/opentelemetry-js/tree/main/packages/sdk-trace/src/export
 *
 * What is dropped is counted in `otel.sdk.processor.{signal}.processed`, by `error.type`, and told in
 * warnings: `queue_full`, `rejected` by the collector, or `shutdown` before it had arrived.
 * @see https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/
 */
export class ExportQueue<Item extends Exportable> {
  readonly #options: ExportQueueOptions<Item>;
  readonly #untold = new Map<string, number>();
  readonly #hurry = new EventTarget();
  #waiting: Item[] = [];
  /** How many of those that wait need not wait for more. */
  #due = 0;
  #onTheirWay = 0;
  #sending: Promise<void> | undefined;
  #ending: Promise<void> | undefined;
  #over = false;
  #failing = false;
  #timer: NodeJS.Timeout | undefined;
  #tellTimer: NodeJS.Timeout | undefined;
  #processed: Counter | undefined;

  constructor(options: ExportQueueOptions<Item>) {
    this.#options = options;
  }

  /** How many have not arrived yet. */
  get size(): number {
    return this.#waiting.length + this.#onTheirWay;
  }

  /** Takes one, unless the queue is full or has been shut down. */
  add(item: Item): void {
    const { capacity, batchSize, delayMillis } = this.#options;
    this.#processed ??= this.#count();
    if (this.#over || this.size >= capacity) {
      this.#drop(1, this.#over ? 'shutdown' : 'queue_full');
      return;
    }
    this.#waiting.push(item);
    if (this.#waiting.length - this.#due >= batchSize) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), delayMillis).unref();
  }

  /** Settles when everything that waits now has arrived or was refused. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = this.#waiting.length;
    this.#sending ??= this.#send();
    return this.#sending;
  }

  /** Sends what waits, gives up after `withinMillis`, and tells how many had not arrived by then. */
  shutdown(withinMillis = this.#options.timeoutMillis): Promise<void> {
    this.#ending ??= this.#end(withinMillis);
    return this.#ending;
  }

  async #end(withinMillis: number): Promise<void> {
    const sent = this.flush();
    this.#hurry.dispatchEvent(new Event('hurry'));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMillis);
      void sent.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.#over = true;
    this.#hurry.dispatchEvent(new Event('hurry'));
    this.#drop(this.size, 'shutdown');
    this.#tell();
    void this.#options.exporter.shutdown().catch(() => {});
  }

  async #send(): Promise<void> {
    while (this.#due > 0 && !this.#over) {
      const batch = this.#waiting.splice(0, this.#options.batchSize);
      this.#due -= batch.length;
      this.#onTheirWay = batch.length;
      await this.#deliver(batch);
      this.#onTheirWay = 0;
    }
    this.#sending = undefined;
  }

  async #deliver(batch: Item[]): Promise<void> {
    await batch[0]?.resource.waitForAsyncAttributes?.();
    for (let pause: number = RETRY.first; !this.#over; pause *= 2) {
      const failure = await this.#attempt(batch);
      if (this.#over) return;
      if (failure === undefined) {
        this.#processed?.add(batch.length, this.#attributes());
        this.#failing = false;
        return;
      }
      const { error, final } = failure;
      if (final) {
        diag.warn(`${this.#name} are refused: ${error.message}`);
        this.#drop(batch.length, 'rejected');
        return;
      }
      if (!this.#failing) diag.warn(`${this.#name} wait, and are tried again: ${error.message}`);
      this.#failing = true;
      await this.#pause(Math.min(pause, RETRY.longest) * (0.8 + 0.4 * Math.random()));
    }
  }

  #attempt(batch: Item[]): Promise<Failure | undefined> {
    const { exporter, timeoutMillis } = this.#options;
    return new Promise((resolve) => {
      const fail = (error: Error, final: boolean) => {
        clearTimeout(timer);
        resolve({ error, final });
      };
      const timer = setTimeout(
        () => fail(new Error('the export took too long'), false),
        timeoutMillis,
      );
      const done = ({ code, error = new Error('the export failed') }: BatchResult) => {
        if (code !== SUCCESS) return fail(error, isRefusal(error));
        clearTimeout(timer);
        resolve(undefined);
      };
      try {
        context.with(withoutTracing(context.active()), () => exporter.export(batch, done));
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)), true);
      }
    });
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      const hurry = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#hurry.addEventListener('hurry', hurry, { once: true });
    });
  }

  #drop(count: number, reason: string): void {
    if (count === 0) return;
    this.#processed?.add(count, this.#attributes({ 'error.type': reason }));
    this.#untold.set(reason, (this.#untold.get(reason) ?? 0) + count);
    this.#tellTimer ??= setTimeout(() => this.#tell(), TELL_EVERY).unref();
  }

  #tell(): void {
    clearTimeout(this.#tellTimer);
    this.#tellTimer = undefined;
    for (const [reason, count] of this.#untold) {
      diag.warn(`${this.#name} dropped: ${count} (${reason})`);
    }
    this.#untold.clear();
  }

  get #name(): string {
    return this.#options.signal === 'span' ? 'spans' : 'log records';
  }

  #attributes(more: Attributes = {}): Attributes {
    return { 'otel.component.type': 'export_queue', ...more };
  }

  /** Made with the first item: by then the SDK has started. */
  #count(): Counter {
    const { signal, capacity } = this.#options;
    const meter = metrics.getMeter('export-queue');
    const prefix = `otel.sdk.processor.${signal}`;
    const unit = signal === 'span' ? '{span}' : '{log_record}';
    const size = meter.createObservableUpDownCounter(`${prefix}.queue.size`, { unit });
    size.addCallback((result) => result.observe(this.size, this.#attributes()));
    const most = meter.createObservableUpDownCounter(`${prefix}.queue.capacity`, { unit });
    most.addCallback((result) => result.observe(capacity, this.#attributes()));
    return meter.createCounter(`${prefix}.processed`, { unit });
  }
}
