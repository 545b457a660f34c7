import type { ExponentialBuckets } from './intake.js';

const LOWEST = -17;
const HIGHEST = 33;
const PER_OCTAVE = 2;

/**
 * The bounds that exponential histograms of any scale are read into, two for each power of two: from some
 * microseconds in seconds up to a day in milliseconds, or some gigabytes.
 */
export const exponentialBounds: readonly number[] = Array.from(
  { length: (HIGHEST - LOWEST) * PER_OCTAVE + 1 },
  (_, index) => 2 ** (LOWEST + index / PER_OCTAVE),
);

/**
 * Counts of buckets between those bounds. A bucket that lies across a bound goes where its geometric middle is.
 * @see https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponential-buckets
 */
export function exponentialCounts({
  scale,
  zeroCount,
  positive,
  negative,
}: ExponentialBuckets): readonly number[] {
  const counts = exponentialBounds.map(() => 0).concat(0);
  const put = (bucket: number, count: number) => {
    counts[bucket] = (counts[bucket] ?? 0) + count;
  };
  put(
    0,
    negative.counts.reduce((sum, count) => sum + count, zeroCount),
  );
  for (const [index, count] of positive.counts.entries()) {
    const octaves = (positive.offset + index + 0.5) * 2 ** -scale;
    const bucket = Math.ceil((octaves - LOWEST) * PER_OCTAVE);
    if (count > 0) put(Math.max(0, Math.min(counts.length - 1, bucket)), count);
  }
  return counts;
}
