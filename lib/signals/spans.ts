import {
  type Attributes,
  type Context,
  type HrTime,
  INVALID_TRACEID,
  type Link,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Outcome, Settlement, SpanTable } from '../conventions/convention.js';
import { cut } from '../conventions/fields.js';
import { complain } from '../opentelemetry/diagnostics.js';
import { setSpanAttributes } from './fields.js';
import type { Series } from './series.js';

/** Where a lifecycle begins: its parent's context and what its span is linked to. */
export interface Beginning {
  readonly context: Context;
  readonly links?: Link[] | undefined;
  /** Start a trace of its own. Default false. */
  readonly root?: boolean;
}

/**
 * Starts a span under the series' name. Never throws.
 * @param startTime undefined for the SDK's own clock
 * @returns undefined where the tracer is broken
 */
export function startSpan<Facts, O extends Outcome>(
  tracer: Tracer,
  table: SpanTable<Facts, O>,
  series: Series,
  { context, links, root }: Beginning,
  startTime: HrTime | undefined,
): Span | undefined {
  // @sentry/opentelemetry 11.12 adds its own to the attributes that it is given.
  const options: SpanOptions = { kind: table.kind, attributes: { ...series.creation } };
  if (startTime !== undefined) options.startTime = startTime;
  if (links !== undefined) options.links = links;
  if (root) options.root = root;
  try {
    return tracer.startSpan(series.spanName, options, context);
  } catch (error) {
    complain('span start', error);
    return undefined;
  }
}

/**
 * The parent's context with a span in it, unless the span says nothing that the context doesn't. Never
 * throws: where the span is broken, the parent's context is returned.
 */
export function contextWith(span: Span, parent: Context): Context {
  try {
    if (!span.isRecording()) {
      const spanContext = span.spanContext();
      const isNone = spanContext.traceId === INVALID_TRACEID;
      if (isNone || spanContext === trace.getSpanContext(parent)) return parent;
    }
    return trace.setSpan(parent, span);
  } catch (error) {
    complain('span start', error);
    return parent;
  }
}

/**
 * Ends a span with what the settlement says. Never throws.
 * @param describes whether a failed span's status is described by the message of its error
 */
export function endSpan<Facts, O extends Outcome>(
  span: Span,
  table: SpanTable<Facts, O>,
  settlement: Settlement<O>,
  endTime: HrTime | undefined,
  describes: boolean,
): void {
  try {
    setSpanAttributes(span, table.settled, settlement);
    if (settlement.errorType !== undefined) {
      const message = describes ? messageOf(settlement.outcome) : undefined;
      span.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) });
    }
  } catch (error) {
    complain('span settling', error);
  }
  try {
    span.end(endTime);
  } catch (error) {
    complain('span end', error);
  }
}

function messageOf({ message, error }: Outcome): string | undefined {
  try {
    const text: unknown = message ?? (error as { message?: unknown } | null | undefined)?.message;
    return typeof text === 'string' ? cut(text) : undefined;
  } catch (thrown) {
    complain('reading the message of an error', thrown);
    return undefined;
  }
}

/** Gives a span the name and attributes of labels that were proven after it had begun. Never throws. */
export function renameSpan(span: Span, series: Series | undefined, originals: Attributes): void {
  try {
    if (series !== undefined) {
      span.updateName(series.spanName);
      span.setAttributes(series.creation);
    }
    span.setAttributes(originals);
  } catch (error) {
    complain('span naming', error);
  }
}
