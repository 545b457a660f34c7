/** Seconds since 1970 and nanoseconds within the second, as OpenTelemetry's SDK has them. */
export type HrTime = readonly [seconds: number, nanoseconds: number];

const SECOND = 1_000_000_000n;

/** Milliseconds since 1970 of OpenTelemetry's time. */
export function millisOf([seconds, nanos]: HrTime): number {
  return seconds * 1e3 + nanos / 1e6;
}

/** Milliseconds since 1970 of nanoseconds since 1970. */
export function millisOfNanos(nanos: bigint): number {
  return millisOf(hrTimeOf(nanos));
}

/** OpenTelemetry's time of nanoseconds since 1970. */
export function hrTimeOf(nanos: bigint): HrTime {
  return [Number(nanos / SECOND), Number(nanos % SECOND)];
}

/** Nanoseconds since 1970 of OpenTelemetry's time. */
export function nanosOf([seconds, nanos]: HrTime): bigint {
  return BigInt(seconds) * SECOND + BigInt(nanos);
}

/** Nanoseconds since 1970 of milliseconds since 1970. */
export function nanosOfMillis(millis: number): bigint {
  return BigInt(Math.trunc(millis)) * 1_000_000n;
}
