import type { InstrumentRecord, MetricPoint, MetricValue } from './feed-message.js';

const MAX_POINTS = 10_000;
const LATE_MILLIS = 2_000;

/** A value for each edge of a chart; undefined where nothing is known. */
export type Values = readonly (number | undefined)[];

/** What the metrics said over time. */
export class MetricHistory {
  readonly #instruments = new Map<string, InstrumentRecord>();
  #points: MetricPoint[] = [];

  /** The metrics that said something, in the order in which they came. */
  get instruments(): readonly InstrumentRecord[] {
    return [...this.#instruments.values()];
  }

  /** A metric, if it said something. */
  instrument(metric: string): InstrumentRecord | undefined {
    return this.#instruments.get(metric);
  }

  /** Takes what is new. */
  apply(points: readonly MetricPoint[], instruments: readonly InstrumentRecord[]): void {
    for (const instrument of instruments) this.#instruments.set(instrument.name, instrument);
    this.#points.push(...points);
    if (this.#points.length > MAX_POINTS) this.#points = this.#points.slice(MAX_POINTS / 10);
  }

  /** Forgets what came after a time, because it will be told again. */
  forgetFrom(time: number): void {
    this.#points = this.#points.filter((point) => point.time < time);
  }

  /** By how much a count grew a second, in the stretch before each edge. */
  rates(edges: readonly number[], metric: string, window: number): Values {
    return this.#pairs(edges, window, metric, (before, after, millis) => {
      const grown = numberOf(after) - numberOf(before);
      return millis > 0 && grown >= 0 ? (grown * 1_000) / millis : undefined;
    });
  }

  /** What a metric said at each edge. */
  levels(edges: readonly number[], metric: string): Values {
    return this.#pairs(edges, 0, metric, (_, after) =>
      typeof after === 'number' ? after : undefined,
    );
  }

  /**
   * Which value a share of all stayed below, in the stretch before each edge: linear within a bucket.
   * @see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
   */
  quantiles(edges: readonly number[], metric: string, share: number, window: number): Values {
    const bounds = this.#instruments.get(metric)?.bounds ?? [];
    return this.#pairs(edges, window, metric, (before, after) => {
      const earlier = bucketsOf(before);
      const counts = bucketsOf(after).map((count, bucket) => count - (earlier[bucket] ?? 0));
      return quantileOf(counts, bounds, share);
    });
  }

  #pairs(
    edges: readonly number[],
    window: number,
    metric: string,
    combine: (
      before: MetricValue | undefined,
      after: MetricValue | undefined,
      millis: number,
    ) => number | undefined,
  ): Values {
    const [first, last] = [this.#points[0], this.#points.at(-1)];
    if (first === undefined || last === undefined) return edges.map(() => undefined);
    return edges.map((edge) => {
      if (edge < first.time || edge > last.time + LATE_MILLIS) return undefined;
      const [before, after] = [this.#at(edge - window, metric), this.#at(edge, metric)];
      return combine(before.value, after.value, after.time - before.time);
    });
  }

  /** What a metric would have said at a time: on a straight line between what it said. */
  #at(time: number, metric: string): { readonly time: number; readonly value?: MetricValue } {
    const points = this.#points;
    let [low, high] = [0, points.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((points[middle]?.time ?? 0) > time) high = middle;
      else low = middle + 1;
    }
    const [before, after] = [points[low - 1] ?? points[0], points[low]];
    if (before === undefined) return { time };
    const value = before.values[metric];
    if (before === after || after === undefined || before.time > time) {
      return { time: before.time, ...(value !== undefined && { value }) };
    }
    const share = (time - before.time) / (after.time - before.time);
    const mixed = this.#mix(metric, value, after.values[metric], share);
    return { time, ...(mixed !== undefined && { value: mixed }) };
  }

  /** Levels stay as they are until they are read again; everything else grows evenly. */
  #mix(
    metric: string,
    from: MetricValue | undefined,
    to: MetricValue | undefined,
    share: number,
  ): MetricValue | undefined {
    if (this.#instruments.get(metric)?.kind === 'level' || to === undefined) return from;
    const mix = (low: number, high: number) => low + (high - low) * share;
    if (typeof to === 'number') return mix(numberOf(from), to);
    const earlier = bucketsOf(from);
    return to.map((count, bucket) => mix(earlier[bucket] ?? 0, count));
  }
}

/** A count that was not there yet stood at nothing. */
function numberOf(value: MetricValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function bucketsOf(value: MetricValue | undefined): readonly number[] {
  return typeof value === 'object' ? value : [];
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
