import { formatTraceparent } from '../opentelemetry/w3c-trace-context.js';
import { ERROR_TYPE } from './attributes.js';
import type { Ending, Field, Settlement } from './convention.js';

/** Longest identifier or raw name that a signal carries, in UTF-16 code units. */
export const MAX_TEXT = 128;

/** Cuts a text to {@link MAX_TEXT}, so that a peer can't make a signal as large as it likes. */
export function cut(text: string): string {
  return text.length > MAX_TEXT ? copyOf(text.slice(0, MAX_TEXT)) : text;
}

// A slice keeps the whole text alive, in V8 of every Node.js: https://github.com/nodejs/node/issues/31891
function copyOf(slice: string): string {
  return Buffer.from(slice, 'utf16le').toString('utf16le');
}

/** The outcome's tagged value. */
export const result: Field<Ending> = {
  name: 'result',
  type: 'string',
  brief: 'How it ended.',
  of: (ending) => ending.result,
};

/** Whole milliseconds from begin to settle. */
export const durationMs: Field<Settlement> = {
  name: 'duration_ms',
  type: 'int',
  brief: "Milliseconds from begin to settle, cut to an integer; the span's duration.",
  of: (settlement) =>
    Number.isSafeInteger(settlement.durationMillis) && settlement.durationMillis >= 0
      ? settlement.durationMillis
      : undefined,
};

/** The class of error, on failure alone. */
export const errorType: Field<Ending> = {
  name: ERROR_TYPE,
  type: 'string',
  brief: 'Class of error; the same value on span, metric and event.',
  when: 'on failure',
  of: (ending) => ending.errorType,
};

/** The trace id of the lifecycle's context. */
export const traceId: Field<Settlement> = {
  name: 'trace_id',
  type: 'string',
  brief: 'Trace id of the active context.',
  when: 'when there is a trace',
  of: (settlement) => settlement.spanContext?.traceId,
};

/**
 * The lifecycle's context as a `traceparent`.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export const traceparent: Field<Settlement> = {
  name: 'traceparent',
  type: 'string',
  brief: 'W3C traceparent of the active context.',
  when: 'when there is a trace',
  of: ({ spanContext }) => (spanContext === undefined ? undefined : formatTraceparent(spanContext)),
};
