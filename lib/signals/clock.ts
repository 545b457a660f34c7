import type { HrTime } from '@opentelemetry/api';
import { complain, warn } from '../opentelemetry/diagnostics.js';

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

/** Reads a clock. NaN where it throws or gives no number; `diag` is told. */
export function readClock(clock: Clock): number {
  try {
    const reading = clock.now();
    if (Number.isFinite(reading)) return reading;
    warn('the clock gave no number');
  } catch (error) {
    complain('reading the clock', error);
  }
  return Number.NaN;
}

/** Nanoseconds between two readings, as an integer, 0 where they run backwards; undefined where either is NaN. */
export function elapsedNanos(began: number, ended: number): number | undefined {
  const nanos = Math.round((ended - began) * 1e6);
  if (Number.isNaN(nanos)) return undefined;
  return Math.max(nanos, 0);
}

/** Whole milliseconds of {@link elapsedNanos}, cut; NaN where the readings are no duration. */
export function elapsedMillis(began: number, ended: number): number {
  const nanos = ended >= began ? elapsedNanos(began, ended) : undefined;
  return nanos === undefined ? Number.NaN : Math.trunc(nanos / 1e6);
}

/** When a reading was, as OpenTelemetry's `[seconds, nanoseconds]`; undefined where it can't be told. */
export function epochTime(clock: Clock, reading: number): HrTime | undefined {
  try {
    const millis = reading + clock.epochOffset(reading);
    if (!Number.isFinite(millis)) return undefined;
    const seconds = Math.trunc(millis / 1_000);
    return [seconds, Math.round((millis - seconds * 1_000) * 1e6)];
  } catch (error) {
    complain('reading the clock', error);
    return undefined;
  }
}

/** A time plus whole nanoseconds, exactly; undefined where either is. */
export function timeAfter(time: HrTime | undefined, nanos: number | undefined): HrTime | undefined {
  if (time === undefined || nanos === undefined) return undefined;
  const wholeSeconds = Math.trunc(nanos / 1e9);
  const sum = time[1] + (nanos - wholeSeconds * 1e9);
  return sum >= 1e9 ? [time[0] + wholeSeconds + 1, sum - 1e9] : [time[0] + wholeSeconds, sum];
}
