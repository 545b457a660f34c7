import { diag } from '@opentelemetry/api';
import type { SpanLimits } from '@opentelemetry/sdk-trace';
import type { Parts } from './parts.js';

type Limits = Readonly<Record<string, number>>;

const SPAN: Readonly<Record<keyof SpanLimits, readonly string[]>> = {
  attributeCountLimit: ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
  attributeValueLengthLimit: [
    'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  ],
  eventCountLimit: ['OTEL_SPAN_EVENT_COUNT_LIMIT'],
  linkCountLimit: ['OTEL_SPAN_LINK_COUNT_LIMIT'],
  attributePerEventCountLimit: [
    'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
    'OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT',
  ],
  attributePerLinkCountLimit: [
    'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
    'OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT',
  ],
};
const LOG_RECORD: Readonly<Record<string, readonly string[]>> = {
  attributeCountLimit: ['OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
  attributeValueLengthLimit: [
    'OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  ],
};

/**
 * What a span may have, as the variables say.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#span-limits
 */
export function readSpanLimits({ core }: Parts): Limits {
  return readLimits(SPAN, core.getNumberFromEnv);
}

/**
 * What a log record may have, as the variables say.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#logrecord-limits
 */
export function readLogRecordLimits(parts: Parts): Limits {
  return readLimits(LOG_RECORD, (name) => readPositive(parts, name));
}

/** A number above 0; undefined where the variable is unset, or has another value, which is told. */
export function readPositive({ core }: Parts, name: string): number | undefined {
  const value = core.getNumberFromEnv(name);
  if (value === undefined || value > 0) return value;
  diag.warn(`${name} (${value}) is no number greater than 0: the default is used`);
  return undefined;
}

function readLimits(
  limits: Readonly<Record<string, readonly string[]>>,
  read: (name: string) => number | undefined,
): Limits {
  const entries = Object.entries(limits).map(([limit, names]) => [limit, firstOf(names, read)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function firstOf(
  names: readonly string[],
  read: (name: string) => number | undefined,
): number | undefined {
  for (const name of names) {
    const value = read(name);
    if (value !== undefined) return value;
  }
  return undefined;
}
