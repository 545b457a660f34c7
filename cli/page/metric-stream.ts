import type { InstrumentRecord, MetricValue } from './client/feed-message.js';
import { millisOfNanos } from './hr-time.js';
import type { ReceivedPoint } from './intake.js';

const LEAST_SILENCE = 10_000;
const FIRST_SILENCE = 180_000;

/** What one sender says of one set of attributes of a metric. */
export class MetricStream {
  readonly #kind: InstrumentRecord['kind'];
  readonly #isDelta: boolean;
  #before: MetricValue | undefined;
  #last: MetricValue | undefined;
  #startNanos = 0n;
  #time = 0;
  #silence = FIRST_SILENCE;

  constructor(kind: InstrumentRecord['kind'], isDelta: boolean) {
    this.#kind = kind;
    this.#isDelta = isDelta;
  }

  /** What it counted since its first start, or for a level what it is. */
  get value(): MetricValue {
    if (this.#before === undefined) return this.#last ?? 0;
    return this.#last === undefined ? this.#before : added(this.#before, this.#last);
  }

  /** Whether it still counts at a time: a level of a program that is gone doesn't. */
  isAlive(time: number): boolean {
    return this.#kind !== 'level' || time - this.#time <= this.#silence;
  }

  /** Takes its next value. */
  take({ startNanos, timeNanos }: ReceivedPoint, value: MetricValue): this {
    const time = millisOfNanos(timeNanos);
    if (this.#time > 0) this.#silence = Math.max(LEAST_SILENCE, 3 * (time - this.#time));
    this.#time = Math.max(time, this.#time);
    const begunAnew = this.#isDelta || startNanos > this.#startNanos || isLess(value, this.#last);
    const keeps = this.#isDelta || this.#kind !== 'level';
    if (begunAnew && keeps && this.#last !== undefined) this.#before = this.value;
    this.#startNanos = startNanos;
    this.#last = value;
    return this;
  }
}

/** Two values together. */
export function added(a: MetricValue, b: MetricValue): MetricValue {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) + Number(b);
  return a.map((count, bucket) => count + (b[bucket] ?? 0));
}

function isLess(value: MetricValue, before: MetricValue | undefined): boolean {
  if (typeof value === 'number') return typeof before === 'number' && value < before;
  return typeof before === 'object' && value.some((count, at) => count < (before[at] ?? 0));
}
