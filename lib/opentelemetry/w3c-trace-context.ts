import {
  type Context,
  createTraceState,
  isSpanContextValid,
  type SpanContext,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';

// W3C Trace Context 3.2.2: ids of zeros alone and version ff are invalid; version 00 ends after the flags.
const TRACEPARENT =
  /^(?!ff)(?:00(?=.{53}$)|(?!00)[\da-f]{2})-((?!0{32})[\da-f]{32})-((?!0{16})[\da-f]{16})-([\da-f]{2})(?:-.*)?$/;

const FIELDS = ['traceparent', 'tracestate'];

/**
 * Reads and writes W3C Trace Context where no propagator is configured at all, so that with the bare API
 * events still carry the trace that a message arrived with, and children inherit it.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header-field-values
 */
export const w3cTraceContext: TextMapPropagator = {
  fields: () => FIELDS,

  extract(context, carrier, getter) {
    const header = getter.get(carrier, 'traceparent');
    const match = typeof header === 'string' ? TRACEPARENT.exec(header) : null;
    const [, traceId, spanId, flags] = match ?? [];
    if (!traceId || !spanId || !flags) return context;
    const state = getter.get(carrier, 'tracestate');
    return trace.setSpanContext(context, {
      traceId,
      spanId,
      traceFlags: Number.parseInt(flags, 16),
      isRemote: true,
      ...(typeof state === 'string' && { traceState: createTraceState(state) }),
    });
  },

  inject(context: Context, carrier, setter) {
    const spanContext = trace.getSpanContext(context);
    if (spanContext === undefined || !isSpanContextValid(spanContext)) return;
    setter.set(carrier, 'traceparent', formatTraceparent(spanContext));
    const state = spanContext.traceState?.serialize();
    if (state) setter.set(carrier, 'tracestate', state);
  },
};

/**
 * A span context as a `traceparent` of version 00. It is one text of its own: a rope of the ids would
 * keep them alive, and what they were read from, for as long as a signal is kept.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function formatTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  const flags = (traceFlags & 0xff).toString(16).padStart(2, '0');
  return ['00', traceId, spanId, flags].join('-');
}
