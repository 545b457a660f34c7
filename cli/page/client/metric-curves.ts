import type { InstrumentRecord, MetricPoint, MetricValue } from './feed-message.js';
import { quantileOf } from './quantile.js';

const MAX_POINTS = 3_000;
const LATE_MILLIS = 2_000;
/** A sender that pauses for longer has nothing to say in between. */
const LONGEST_PAUSE = 120_000;

/** A value for each edge of a chart; undefined where nothing is known. */
export type Values = readonly (number | undefined)[];

interface Series {
  instrument: InstrumentRecord;
  points: MetricPoint[];
  /** How many of the points another server told. */
  older: number;
}

/** What the metrics said over time. */
export class MetricCurves {
  readonly #series = new Map<string, Series>();

  /** The metrics that said something, in the order in which they came. */
  get instruments(): readonly InstrumentRecord[] {
    return Array.from(this.#series.values(), ({ instrument }) => instrument);
  }

  /** A metric by its key, or else the first one of that name. */
  instrument(metric: string): InstrumentRecord | undefined {
    return this.#find(metric)?.instrument;
  }

  /** Takes what is new. */
  apply(points: readonly MetricPoint[], instruments: readonly InstrumentRecord[]): void {
    for (const instrument of instruments) {
      const known = this.#series.get(instrument.key);
      if (known === undefined)
        this.#series.set(instrument.key, { instrument, points: [], older: 0 });
      else known.instrument = instrument;
    }
    for (const point of points) {
      const series = this.#series.get(point.key);
      if (series === undefined) continue;
      series.points.push(point);
      if (series.points.length > MAX_POINTS) {
        series.points.splice(0, MAX_POINTS / 10);
        series.older = Math.max(0, series.older - MAX_POINTS / 10);
      }
    }
  }

  /** A server begins to tell all that it has. @param isSame whether it has told some of it before */
  begin(isSame: boolean): void {
    for (const series of this.#series.values()) {
      if (isSame) series.points.length = series.older;
      else series.older = series.points.length;
    }
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
    const bounds = this.instrument(metric)?.bounds ?? [];
    return this.#pairs(edges, window, metric, (before, after) => {
      const earlier = bucketsOf(before);
      const counts = bucketsOf(after).map((count, bucket) => count - (earlier[bucket] ?? 0));
      return quantileOf(counts, bounds, share);
    });
  }

  #find(metric: string): Series | undefined {
    const known = this.#series.get(metric);
    if (known !== undefined) return known;
    return [...this.#series.values()].find(({ instrument }) => instrument.name === metric);
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
    const series = this.#find(metric);
    const [first, last] = [series?.points[0], series?.points.at(-1)];
    if (series === undefined || first === undefined || last === undefined) {
      return edges.map(() => undefined);
    }
    const before = series.points.at(-2)?.time ?? last.time;
    const pause = Math.min(last.time - before, LONGEST_PAUSE);
    const until = last.time + Math.max(LATE_MILLIS, pause * 1.5);
    const stretch = window === 0 ? 0 : Math.max(window, pause);
    return edges.map((edge) => {
      if (edge < first.time || edge > until) return undefined;
      const [from, to] = [at(series, edge - stretch), at(series, edge)];
      return combine(from.value, to.value, to.time - from.time);
    });
  }
}

/** What a metric would have said at a time: on a straight line between what it said. */
function at(
  { points, instrument }: Series,
  time: number,
): { readonly time: number; readonly value?: MetricValue } {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.time ?? 0) > time) high = middle;
    else low = middle + 1;
  }
  const [before, after] = [points[low - 1] ?? points[0], points[low]];
  if (before === undefined) return { time };
  if (before === after || after === undefined || before.time > time) return before;
  const share = (time - before.time) / (after.time - before.time);
  return { time, value: mix(instrument, before.value, after.value, share) };
}

/** Levels stay as they are until they are read again; everything else grows evenly. */
function mix(
  { kind }: InstrumentRecord,
  from: MetricValue,
  to: MetricValue,
  share: number,
): MetricValue {
  if (kind === 'level') return from;
  const between = (low: number, high: number) => low + (high - low) * share;
  if (typeof to === 'number') return between(numberOf(from), to);
  const earlier = bucketsOf(from);
  return to.map((count, bucket) => between(earlier[bucket] ?? 0, count));
}

/** A count that was not there yet stood at nothing. */
function numberOf(value: MetricValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function bucketsOf(value: MetricValue | undefined): readonly number[] {
  return typeof value === 'object' ? value : [];
}
