import type { InstrumentRecord, MetricValue } from './client/feed-message.js';
import { exponentialBounds, exponentialCounts } from './exponential-buckets.js';
import { millisOfNanos } from './hr-time.js';
import type { ReceivedMetric, ReceivedPoint, Sender } from './intake.js';
import type { MetricHistory } from './metric-history.js';
import { added, MetricStream } from './metric-stream.js';

/** What a metric says, without who says it. */
export type MetricFacts = Omit<ReceivedMetric, 'sender' | 'description'>;

const MAX_STREAMS = 1_000;

/**
 * Makes one value of what a metric says for many sets of attributes, scopes and starts of its program: what
 * only grows is added up from the first start on, deltas are added to what was before, and of gauges the
 * largest counts.
 */
export class MetricStreams {
  readonly #history: MetricHistory;
  readonly #streams = new Map<string, Map<string, MetricStream>>();

  constructor(history: MetricHistory) {
    this.#history = history;
  }

  /** Takes what a metric says now. @param sender undefined: the program that has the page */
  take(metric: MetricFacts, sender?: Pick<Sender, 'service' | 'instance'>): void {
    const instrument = instrumentOf(metric, sender?.service);
    if (instrument === undefined || !this.#history.admit(instrument)) return;
    const { key } = instrument;
    const streams = this.#streams.get(key) ?? new Map<string, MetricStream>();
    this.#streams.set(key, streams);
    for (const point of metric.points) {
      const value = readValue(point);
      if (value === undefined) continue;
      const id = JSON.stringify([sender?.instance, metric.scope, ...sortedOf(point)]);
      const known = streams.get(id);
      if (known === undefined && streams.size >= MAX_STREAMS) continue;
      const stream = known ?? new MetricStream(instrument.kind, metric.temporality === 'delta');
      streams.set(id, stream.take(point, value));
    }
    this.#tell(metric, instrument, streams);
  }

  #tell(
    { kind, points }: MetricFacts,
    { key, kind: shown }: InstrumentRecord,
    streams: ReadonlyMap<string, MetricStream>,
  ): void {
    const time = points.reduce((last, point) => Math.max(last, millisOfNanos(point.timeNanos)), 0);
    const alive = [...streams.values()].filter((stream) => stream.isAlive(time));
    const values = alive.map(({ value }) => value);
    const [first, ...rest] = values;
    if (first === undefined) return;
    const value = kind === 'gauge' ? Math.max(...(values as number[])) : rest.reduce(added, first);
    const start = millisOfNanos(points[0]?.startNanos ?? 0n);
    if (shown !== 'level' && start > 0 && this.#history.last(key) === undefined) {
      this.#history.put({ key, time: Math.min(start, time - 1), value: nothing(value) });
    }
    this.#history.put({ key, time, value });
  }
}

function instrumentOf(
  { name, unit, kind, monotonic, points }: MetricFacts,
  service: string | undefined,
): InstrumentRecord | undefined {
  const key = service === undefined ? name : `${service}\n${name}`;
  const base = { key, name, unit, ...(service !== undefined && { service }) };
  if (kind === 'sum') return { ...base, kind: monotonic ? 'count' : 'level' };
  if (kind === 'gauge') return { ...base, kind: 'level' };
  if (kind === 'exponential histogram') {
    return { ...base, kind: 'histogram', bounds: exponentialBounds };
  }
  const bounds = points[0]?.histogram?.bounds;
  return kind === 'histogram' && bounds ? { ...base, kind, bounds } : undefined;
}

function readValue({ value, histogram, exponential }: ReceivedPoint): MetricValue | undefined {
  if (histogram !== undefined) return histogram.counts;
  if (exponential !== undefined) return exponentialCounts(exponential);
  return Number.isFinite(value) ? value : undefined;
}

function nothing(value: MetricValue): MetricValue {
  return typeof value === 'number' ? 0 : value.map(() => 0);
}

function sortedOf({ attributes }: ReceivedPoint): [string, unknown][] {
  return Object.entries(attributes)
    .map(([name, value]): [string, unknown] => [
      name,
      typeof value === 'bigint' ? String(value) : value,
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
