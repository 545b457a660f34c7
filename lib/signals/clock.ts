import type { HrTime } from '@opentelemetry/api';

/** Where time comes from. Tests bring a fake one. */
export interface Clock {
  /** Milliseconds, with fractions, on a clock that never goes back. The one reading a boundary takes. */
  now(): number;
  /** What to add to a reading to get milliseconds since the Unix epoch. */
  epochOffset(reading: number): number;
}

const REANCHOR_EVERY = 1_000;
const TOLERATED_DRIFT = 5;

let offset = performance.timeOrigin;
let anchored = performance.now();

/**
 * The process's monotonic clock. The wall clock is read once a second at most and adopted only when it
 * has drifted away (a suspended machine, a corrected clock), so that durations never see it jump.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  epochOffset(reading) {
    if (reading - anchored > REANCHOR_EVERY) {
      anchored = reading;
      const wall = Date.now() - performance.now();
      if (Math.abs(wall - offset) > TOLERATED_DRIFT) offset = wall;
    }
    return offset;
  },
};

/** Nanoseconds between two readings, as an integer; 0 where they run backwards or aren't numbers. */
export function elapsedNanos(began: number, ended: number): number {
  const nanos = Math.round((ended - began) * 1e6);
  return Number.isFinite(nanos) && nanos > 0 ? nanos : 0;
}

/** Whole milliseconds of {@link elapsedNanos}; NaN where the readings are no duration. */
export function elapsedMillis(began: number, ended: number): number {
  const span = ended - began;
  return Number.isFinite(span) && span >= 0
    ? Math.trunc(elapsedNanos(began, ended) / 1e6)
    : Number.NaN;
}

/** Milliseconds since the epoch as OpenTelemetry's `[seconds, nanoseconds]`. */
export function toHrTime(epochMillis: number): HrTime {
  const seconds = Math.trunc(epochMillis / 1_000);
  return [seconds, Math.round((epochMillis - seconds * 1_000) * 1e6)];
}

/** A time plus whole nanoseconds, exactly. */
export function addNanos([seconds, nanos]: HrTime, more: number): HrTime {
  const wholeSeconds = Math.trunc(more / 1e9);
  const sum = nanos + (more - wholeSeconds * 1e9);
  return sum >= 1e9 ? [seconds + wholeSeconds + 1, sum - 1e9] : [seconds + wholeSeconds, sum];
}
