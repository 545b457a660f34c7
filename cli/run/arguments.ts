import type { Link } from '@opentelemetry/api';
import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * Reads a duration such as `500ms`, `30s`, `5m` or `1h`.
 * @returns milliseconds
 * @throws {InvalidArgumentError}
 */
export function parseDuration(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:[.]\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const millis = Number(amount) * (UNITS[unit] ?? 0);
  if (millis > 0) return millis;
  throw new InvalidArgumentError('expected a duration such as 500ms, 30s, 5m or 1h.');
}

/**
 * Adds `key=value` to those that came before.
 * @throws {InvalidArgumentError}
 */
export function parseAttribute(
  text: string,
  before: ReadonlyMap<string, string>,
): Map<string, string> {
  const end = text.indexOf('=');
  if (end < 1) throw new InvalidArgumentError('expected key=value.');
  return new Map(before).set(text.slice(0, end), text.slice(end + 1));
}

/**
 * Adds the span of a `traceparent` to those that came before.
 * @throws {InvalidArgumentError}
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function parseLink(text: string, before: readonly Link[]): Link[] {
  const [, traceId = '', spanId = '', flags = ''] =
    /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:$|-)/.exec(text) ?? [];
  if (!/[^0]/.test(traceId) || !/[^0]/.test(spanId)) {
    throw new InvalidArgumentError('expected a traceparent such as 00-<trace id>-<span id>-01.');
  }
  return [
    ...before,
    { context: { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true } },
  ];
}
