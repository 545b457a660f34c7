import { diag } from '@opentelemetry/api';
import { DataPointType, type MetricData, MetricReader } from '@opentelemetry/sdk-metrics';
import type { InstrumentRecord, MetricPoint, MetricValue } from './client/feed-message.js';

const EVERY_MILLIS = 1_000;
/** Older than this, points are kept apart by at least {@link SPARSE_MILLIS}. */
const DENSE_MILLIS = 15 * 60_000;
const SPARSE_MILLIS = 15_000;
const MAX_POINTS = 5_000;
const MAX_METRICS = 32;

/** A metric and what it says now. */
interface Reading {
  readonly instrument: InstrumentRecord;
  readonly value: MetricValue;
}

/**
 * Reads the metrics every second and keeps what they said: for a quarter of an hour every second, for
 * half a day after that every quarter of a minute. Counts are from the start, at which there is a point that
 * says nothing yet, so a point that is left out loses nothing but its moment.
 */
export class HistoryMetricReader extends MetricReader {
  readonly #onPoint: (point: MetricPoint) => void;
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #points: MetricPoint[] = [];
  readonly #instruments = new Map<string, InstrumentRecord>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param onPoint is told of everything that was read
   * @param wanted names of the metrics to keep. Default: the first 32 that come
   */
  constructor(onPoint: (point: MetricPoint) => void, wanted?: readonly string[]) {
    super();
    this.#onPoint = onPoint;
    this.#wanted = wanted && new Set(wanted);
  }

  /** What was read, the oldest first. */
  points(): readonly MetricPoint[] {
    return this.#points;
  }

  /** The metrics that said something, in the order in which they came. */
  instruments(): InstrumentRecord[] {
    return [...this.#instruments.values()];
  }

  /** Reads the metrics now. */
  async read(): Promise<void> {
    const { resourceMetrics } = await this.collect();
    const before = this.#points.at(-1)?.values;
    const values: Record<string, MetricValue> = {};
    for (const { metrics } of resourceMetrics.scopeMetrics) {
      for (const metric of metrics) {
        const reading = this.#take(metric);
        if (reading === undefined) continue;
        const { name } = reading.instrument;
        values[name] = keep(before?.[name], added(values[name], reading.value));
      }
    }
    this.#keep({ time: Date.now(), values });
  }

  protected override onInitialized(): void {
    const read = () =>
      void this.read().catch((error) => diag.warn('the page could not read the metrics', error));
    this.#keep({ time: Date.now(), values: {} });
    this.#timer = setInterval(read, EVERY_MILLIS).unref();
  }

  protected override async onShutdown(): Promise<void> {
    clearInterval(this.#timer);
  }

  protected override async onForceFlush(): Promise<void> {}

  #take(metric: MetricData): Reading | undefined {
    const { name } = metric.descriptor;
    if (this.#wanted !== undefined && !this.#wanted.has(name)) return undefined;
    const reading = readingOf(metric);
    if (reading === undefined) return undefined;
    const known = this.#instruments.get(name);
    if (known === undefined && this.#instruments.size >= MAX_METRICS) return undefined;
    if (known === undefined) this.#instruments.set(name, reading.instrument);
    else if (!isLike(known, reading.instrument)) return undefined;
    return reading;
  }

  #keep(point: MetricPoint): void {
    const points = this.#points;
    if (isSame(points.at(-1), point) && isSame(points.at(-2), point)) points.pop();
    points.push(point);
    this.#thin(point.time - DENSE_MILLIS);
    if (points.length > MAX_POINTS) points.shift();
    this.#onPoint(point);
  }

  /** Each point crosses the border once, and is then the only one that may be too near to its neighbour. */
  #thin(border: number): void {
    const points = this.#points;
    const first = points.findIndex(({ time }) => time >= border);
    for (let index = first - 1; index > 0; index--) {
      const [before, after] = [points[index - 1], points[index + 1]];
      if (before === undefined || after === undefined) return;
      if (after.time - before.time > SPARSE_MILLIS) return;
      points.splice(index, 1);
    }
  }
}

/** Metrics of one name in several scopes are one where they count alike. */
function isLike(known: InstrumentRecord, other: InstrumentRecord): boolean {
  return known.kind === other.kind && String(known.bounds) === String(other.bounds);
}

function isSame(a: MetricPoint | undefined, b: MetricPoint): boolean {
  return a !== undefined && JSON.stringify(a.values) === JSON.stringify(b.values);
}

/** What has not changed is kept once. */
function keep(before: MetricValue | undefined, value: MetricValue): MetricValue {
  return typeof before === 'object' && String(before) === String(value) ? before : value;
}

function added(sum: MetricValue | undefined, value: MetricValue): MetricValue {
  if (typeof value === 'number') return (typeof sum === 'number' ? sum : 0) + value;
  return typeof sum === 'object' ? value.map((count, bucket) => count + (sum[bucket] ?? 0)) : value;
}

function readingOf(metric: MetricData): Reading | undefined {
  const { name, unit } = metric.descriptor;
  if (metric.dataPointType === DataPointType.SUM) {
    const value = metric.dataPoints.reduce((sum, point) => sum + point.value, 0);
    return { instrument: { name, unit, kind: metric.isMonotonic ? 'count' : 'level' }, value };
  }
  if (metric.dataPointType === DataPointType.GAUGE) {
    const value = metric.dataPoints.reduce((most, point) => Math.max(most, point.value), -Infinity);
    return value === -Infinity ? undefined : { instrument: { name, unit, kind: 'level' }, value };
  }
  if (metric.dataPointType !== DataPointType.HISTOGRAM) return undefined;
  const buckets = metric.dataPoints.map(({ value }) => value.buckets);
  const bounds = buckets[0]?.boundaries;
  if (bounds === undefined) return undefined;
  const value = Array.from({ length: bounds.length + 1 }, (_, bucket) =>
    buckets.reduce((sum, { counts }) => sum + (counts[bucket] ?? 0), 0),
  );
  return { instrument: { name, unit, kind: 'histogram', bounds }, value };
}
