import type { BucketBounds, MetricPoint } from './feed-message.js';

const MAX_POINTS = 10_000;
const LATE_MILLIS = 2_000;

/** A value for each edge of a chart; undefined where nothing is known. */
export type Values = readonly (number | undefined)[];

type Counter = 'requests' | 'processes';
type Active = 'activeRequests' | 'activeProcesses';

/** What the instruments said over time. */
export class MetricHistory {
  #points: MetricPoint[] = [];
  #bounds: BucketBounds = { request: [], process: [] };

  /** Takes what is new. */
  apply(points: readonly MetricPoint[], bounds: BucketBounds): void {
    this.#points.push(...points);
    this.#bounds = bounds;
    if (this.#points.length > MAX_POINTS) this.#points = this.#points.slice(MAX_POINTS / 10);
  }

  /** Forgets what came after a time, because it will be told again. */
  forgetFrom(time: number): void {
    this.#points = this.#points.filter((point) => point.time < time);
  }

  /** How often a second something ended, in the stretch before each edge. */
  rates(edges: readonly number[], counter: Counter, window: number): Values {
    return this.#pairs(edges, window, (before, after) => {
      const seconds = (after.time - before.time) / 1_000;
      const ended = after[counter] - before[counter];
      return seconds > 0 && ended >= 0 ? ended / seconds : undefined;
    });
  }

  /** How many there were at each edge. */
  actives(edges: readonly number[], active: Active): Values {
    return this.#pairs(edges, 0, (_, after) => after[active]);
  }

  /**
   * Which duration a share of all stayed below, in the stretch before each edge: linear within a bucket.
   * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
   */
  quantiles(
    edges: readonly number[],
    of: keyof BucketBounds,
    share: number,
    window: number,
  ): Values {
    const buckets = of === 'request' ? 'requestBuckets' : 'processBuckets';
    const bounds = this.#bounds[of];
    return this.#pairs(edges, window, (before, after) =>
      quantileOf(
        after[buckets].map((count, bucket) => count - (before[buckets][bucket] ?? 0)),
        bounds,
        share,
      ),
    );
  }

  #pairs(
    edges: readonly number[],
    window: number,
    value: (before: MetricPoint, after: MetricPoint) => number | undefined,
  ): Values {
    const [first, last] = [this.#points[0], this.#points.at(-1)];
    if (first === undefined || last === undefined) return edges.map(() => undefined);
    return edges.map((edge) => {
      if (edge < first.time || edge > last.time + LATE_MILLIS) return undefined;
      return value(this.#at(edge - window), this.#at(edge));
    });
  }

  /** What the instruments would have said at a time: on a straight line between what they said. */
  #at(time: number): MetricPoint {
    const points = this.#points;
    let [low, high] = [0, points.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((points[middle]?.time ?? 0) > time) high = middle;
      else low = middle + 1;
    }
    const [before, after] = [points[low - 1], points[low]];
    if (before === undefined) return points[0] as MetricPoint;
    return after === undefined ? before : between(before, after, time);
  }
}

function between(before: MetricPoint, after: MetricPoint, time: number): MetricPoint {
  const share = (time - before.time) / (after.time - before.time);
  const mix = (from: number, to: number) => from + (to - from) * share;
  const mixAll = (from: readonly number[], to: readonly number[]) =>
    to.map((count, bucket) => mix(from[bucket] ?? 0, count));
  return {
    ...before,
    time,
    requests: mix(before.requests, after.requests),
    processes: mix(before.processes, after.processes),
    requestBuckets: mixAll(before.requestBuckets, after.requestBuckets),
    processBuckets: mixAll(before.processBuckets, after.processBuckets),
  };
}

/** The value that a share of what the buckets counted stayed below; undefined where they counted nothing. */
export function quantileOf(
  counts: readonly number[],
  bounds: readonly number[],
  share: number,
): number | undefined {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (!(all > 0)) return undefined;
  let below = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && below + count >= share * all) {
      const lower = bounds[bucket - 1] ?? 0;
      const upper = bounds[bucket];
      return upper === undefined
        ? lower
        : lower + (upper - lower) * ((share * all - below) / count);
    }
    below += count;
  }
  return bounds.at(-1);
}
