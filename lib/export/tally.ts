import {
  type Attributes,
  type Counter,
  diag,
  type MeterProvider,
  metrics,
  type ObservableResult,
} from '@opentelemetry/api';
import { addSight } from '../opentelemetry/sights.js';
import { VERSION } from '../opentelemetry/version.js';

/** Why something is lost, as `error.type`. */
export type LossReason = 'queue_full' | 'rejected' | 'invalid_response' | 'shutdown';

/** Which of OpenTelemetry's own names a queue goes by. */
export interface TallySubject {
  /** `otel.sdk.processor.{signal}.…` */
  readonly signal: 'span' | 'log';
  readonly meterProvider: MeterProvider | undefined;
  readonly capacity: number;
  /** How many wait now. */
  size(): number;
}

/** Milliseconds between two warnings of what was lost. */
const TELL_EVERY = 5000;
/** Milliseconds between two warnings of one kind about an endpoint. */
const REMARK_EVERY = 60_000;
const NOUNS = { span: 'spans', log: 'log records' } as const;
const UNITS = { span: '{span}', log: '{log_record}' } as const;
const made = { span: 0, log: 0 };

/**
 * Counts what became of each item in `otel.sdk.processor.{signal}.processed`, by `error.type` where it
 * was lost, and tells `diag` of losses, at most once in five seconds. Never throws.
 * @see https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/
 */
export class Tally {
  readonly #subject: TallySubject;
  readonly #attributes: Attributes;
  readonly #untold = new Map<string, number>();
  #tellTimer: NodeJS.Timeout | undefined;
  readonly #remarked = new Map<string, number>();
  #processed: Counter | undefined;
  #arrived = 0;
  #lost = 0;
  #forget: () => void = () => {};

  constructor(subject: TallySubject) {
    const { signal } = subject;
    const type = signal === 'span' ? 'queued_span_processor' : 'queued_log_record_processor';
    this.#subject = subject;
    const name = `${type}/${made[signal]++}`;
    this.#attributes = { 'otel.component.type': type, 'otel.component.name': name };
    const noun = NOUNS[signal];
    addSight({
      kind: 'output',
      name,
      state: () => '',
      counts: () => ({ [`${noun} arrived`]: this.#arrived, [`${noun} lost`]: this.#lost }),
    });
  }

  /** Makes the instruments, with the first item: by then an SDK has registered its meter provider. */
  open(): void {
    if (this.#processed !== undefined) return;
    try {
      this.#makeInstruments();
    } catch {}
  }

  /** Counts what has arrived. */
  arrived(count: number): void {
    this.#arrived += count;
    this.#add(count, this.#attributes);
  }

  /** Counts what is lost, and tells it soon. */
  lost(count: number, reason: LossReason, detail = ''): void {
    if (count === 0) return;
    this.#lost += count;
    this.#add(count, { ...this.#attributes, 'error.type': reason });
    const why = detail === '' ? reason : `${reason}: ${detail}`;
    const known = this.#untold.has(why) || this.#untold.size < 8 ? why : reason;
    this.#untold.set(known, (this.#untold.get(known) ?? 0) + count);
    this.#tellTimer ??= setTimeout(() => this.tell(), TELL_EVERY).unref();
  }

  /** Tells at once what is lost and hasn't been told. */
  tell(): void {
    clearTimeout(this.#tellTimer);
    this.#tellTimer = undefined;
    for (const [why, count] of this.#untold) this.warn(`dropped: ${count} (${why})`);
    this.#untold.clear();
  }

  /** Tells that what waits couldn't be sent, at most once a minute. */
  waits(reason: string): void {
    this.#remark('wait, and are tried again', reason);
  }

  /** Tells what an endpoint says that has taken everything, at most once a minute. */
  arrivedWith(message: string): void {
    if (message !== '') this.#remark('arrived, and the endpoint says', message);
  }

  /** Tells `diag`; the message goes on after what it speaks of. */
  warn(message: string): void {
    try {
      diag.warn(`otel-exec: ${NOUNS[this.#subject.signal]} ${message}`);
    } catch {}
  }

  /** Tells the rest and lets go of the instruments. */
  close(): void {
    this.tell();
    try {
      this.#forget();
    } catch {}
  }

  #remark(what: string, why: string): void {
    const now = performance.now();
    if (now - (this.#remarked.get(what) ?? Number.NEGATIVE_INFINITY) < REMARK_EVERY) return;
    this.#remarked.set(what, now);
    this.warn(`${what}: ${why}`);
  }

  #add(count: number, attributes: Attributes): void {
    if (count === 0) return;
    try {
      this.#processed?.add(count, attributes);
    } catch {}
  }

  #makeInstruments(): void {
    const { signal, meterProvider = metrics.getMeterProvider(), capacity, size } = this.#subject;
    const meter = meterProvider.getMeter('otel-exec', VERSION);
    const prefix = `otel.sdk.processor.${signal}`;
    const unit = UNITS[signal];
    this.#processed = meter.createCounter(`${prefix}.processed`, { unit });
    const forgets = Object.entries({
      [`${prefix}.queue.size`]: size,
      [`${prefix}.queue.capacity`]: () => capacity,
    }).map(([name, read]) => {
      const instrument = meter.createObservableUpDownCounter(name, { unit });
      const observe = (result: ObservableResult) => result.observe(read(), this.#attributes);
      instrument.addCallback(observe);
      return () => instrument.removeCallback(observe);
    });
    this.#forget = () => {
      for (const forget of forgets) forget();
    };
  }
}
