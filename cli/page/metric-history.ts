import type { InstrumentRecord, MetricPoint, MetricValue } from './client/feed-message.js';

/** Older than this, points are kept apart by at least {@link SPARSE_MILLIS}. */
const DENSE_MILLIS = 15 * 60_000;
const SPARSE_MILLIS = 15_000;
const MAX_POINTS = 2_000;
const MAX_METRICS = 64;

/** A metric and what it said, the oldest first. */
interface Series {
  readonly instrument: InstrumentRecord;
  readonly points: MetricPoint[];
}

/**
 * Keeps what metrics said: for a quarter of an hour every point, for some hours after that one every quarter
 * of a minute. Counts are from the start, so a point that is left out loses nothing but its moment.
 */
export class MetricHistory {
  readonly #onPoint: (point: MetricPoint) => void;
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #series = new Map<string, Series>();

  /**
   * @param onPoint is told of everything that metrics say
   * @param wanted names of the metrics to keep. Default: the first 64 that come
   */
  constructor(onPoint: (point: MetricPoint) => void, wanted?: readonly string[]) {
    this.#onPoint = onPoint;
    this.#wanted = wanted && new Set(wanted);
  }

  /** What is kept: metric by metric, each from the oldest on. */
  *points(): Generator<MetricPoint> {
    for (const { points } of this.#series.values()) yield* points;
  }

  /** What a metric said last. */
  last(key: string): MetricPoint | undefined {
    return this.#series.get(key)?.points.at(-1);
  }

  /** The metrics that said something, in the order in which they came. */
  instruments(): InstrumentRecord[] {
    return Array.from(this.#series.values(), ({ instrument }) => instrument);
  }

  /**
   * Takes a metric in. @returns whether its points are kept: it is wanted, there is room, and it counts as
   * the one that is known by its key
   */
  admit(instrument: InstrumentRecord): boolean {
    const known = this.#series.get(instrument.key)?.instrument;
    if (known !== undefined) return isLike(known, instrument);
    if (this.#wanted !== undefined && !this.#wanted.has(instrument.name)) return false;
    if (this.#series.size >= MAX_METRICS) return false;
    this.#series.set(instrument.key, { instrument, points: [] });
    return true;
  }

  /** Keeps a point of a metric that was admitted. One that is late counts as the newest. */
  put(point: MetricPoint): void {
    const points = this.#series.get(point.key)?.points;
    if (points === undefined) return;
    const last = points.at(-1);
    const time = Math.max(point.time, last?.time ?? point.time);
    const value = keep(last?.value, point.value);
    const isStill = value === last?.value && value === points.at(-2)?.value;
    if (isStill || last?.time === time) points.pop();
    const kept = { ...point, time, value };
    points.push(kept);
    thin(points, time - DENSE_MILLIS);
    if (points.length > MAX_POINTS) points.shift();
    this.#onPoint(kept);
  }
}

/** Metrics of one key are one where they count alike. */
function isLike(known: InstrumentRecord, other: InstrumentRecord): boolean {
  return known.kind === other.kind && String(known.bounds) === String(other.bounds);
}

/** What has not changed is kept once. */
function keep(before: MetricValue | undefined, value: MetricValue): MetricValue {
  return typeof before === 'object' && String(before) === String(value) ? before : value;
}

/** Each point crosses the border once, and is then the only one that may be too near to its neighbour. */
function thin(points: MetricPoint[], border: number): void {
  const first = points.findIndex(({ time }) => time >= border);
  for (let index = first - 1; index > 0; index--) {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (before === undefined || after === undefined) return;
    if (after.time - before.time > SPARSE_MILLIS) return;
    points.splice(index, 1);
  }
}
