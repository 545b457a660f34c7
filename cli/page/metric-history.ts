import {
  DataPointType,
  type HistogramMetricData,
  type MetricData,
  MetricReader,
} from '@opentelemetry/sdk-metrics';
import type { BucketBounds, MetricPoint } from './client/feed-message.js';

const EVERY_MILLIS = 1_000;
/** Older than this, points are kept apart by at least {@link SPARSE_MILLIS}. */
const DENSE_MILLIS = 15 * 60_000;
const SPARSE_MILLIS = 15_000;
const MAX_POINTS = 5_000;

/**
 * Reads the instruments every second and keeps what they said: for a quarter of an hour every second, for
 * half a day after that every quarter of a minute. All values but the actives count from the start, so a
 * point that is left out loses nothing but its moment.
 */
export class HistoryMetricReader extends MetricReader {
  readonly #onPoint: (point: MetricPoint) => void;
  readonly #points: MetricPoint[] = [];
  #bounds: BucketBounds = { request: [], process: [] };
  #timer: NodeJS.Timeout | undefined;

  constructor(onPoint: (point: MetricPoint) => void) {
    super();
    this.#onPoint = onPoint;
  }

  /** What was read, the oldest first. */
  points(): readonly MetricPoint[] {
    return this.#points;
  }

  /** The bounds of the histograms' buckets; empty while nothing was measured. */
  get bounds(): BucketBounds {
    return this.#bounds;
  }

  /** Reads the instruments now. */
  async read(): Promise<void> {
    const { resourceMetrics } = await this.collect();
    const all = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
    const metrics = new Map(all.map((metric) => [metric.descriptor.name, metric]));
    const request = bucketsOf(metrics.get('exec_server.request.duration'));
    const process = bucketsOf(metrics.get('exec_server.process.duration'));
    this.#bounds = {
      request: request?.bounds ?? this.#bounds.request,
      process: process?.bounds ?? this.#bounds.process,
    };
    this.#keep({
      time: Date.now(),
      requests: sumOf(metrics.get('exec_server.requests')),
      processes: sumOf(metrics.get('exec_server.processes.finished')),
      activeRequests: sumOf(metrics.get('exec_server.requests.active')),
      activeProcesses: sumOf(metrics.get('exec_server.processes.active')),
      requestBuckets: request?.counts ?? [],
      processBuckets: process?.counts ?? [],
    });
  }

  protected override onInitialized(): void {
    const read = () => void this.read().catch(() => {});
    this.#timer = setInterval(read, EVERY_MILLIS).unref();
  }

  protected override async onShutdown(): Promise<void> {
    clearInterval(this.#timer);
  }

  protected override async onForceFlush(): Promise<void> {}

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

function isSame(a: MetricPoint | undefined, b: MetricPoint): boolean {
  return a !== undefined && JSON.stringify({ ...a, time: 0 }) === JSON.stringify({ ...b, time: 0 });
}

function sumOf(metric: MetricData | undefined): number {
  if (metric?.dataPointType !== DataPointType.SUM) return 0;
  return metric.dataPoints.reduce((sum, { value }) => sum + value, 0);
}

function bucketsOf(
  metric: MetricData | undefined,
): { readonly bounds: number[]; readonly counts: number[] } | undefined {
  if (metric?.dataPointType !== DataPointType.HISTOGRAM) return undefined;
  const values = (metric as HistogramMetricData).dataPoints.map(({ value }) => value.buckets);
  const [first] = values;
  if (first === undefined) return undefined;
  const counts = first.counts.map((_, bucket) =>
    values.reduce((sum, buckets) => sum + (buckets.counts[bucket] ?? 0), 0),
  );
  return { bounds: first.boundaries, counts };
}
