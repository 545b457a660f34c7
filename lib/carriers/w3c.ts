import {
  type Context,
  createTraceState,
  isSpanContextValid,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { formatTraceparent } from '../conventions/fields.js';

const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/**
 * Reads and writes W3C Trace Context where no propagator is configured at all, so that with the bare API
 * events still carry the trace that a message arrived with, and children inherit it.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header-field-values
 */
export const w3cTraceContext: TextMapPropagator = {
  fields: () => ['traceparent', 'tracestate'],

  extract(context, carrier, getter) {
    const header = getter.get(carrier, 'traceparent');
    const match = typeof header === 'string' ? TRACEPARENT.exec(header) : null;
    const [, version, traceId, spanId, flags, rest] = match ?? [];
    // W3C Trace Context 3.2.2.1: version ff is invalid; version 00 ends after the flags.
    if (!traceId || !spanId || !flags || version === 'ff' || (version === '00' && rest)) {
      return context;
    }
    const state = getter.get(carrier, 'tracestate');
    const spanContext = {
      traceId,
      spanId,
      traceFlags: Number.parseInt(flags, 16),
      isRemote: true,
      ...(typeof state === 'string' ? { traceState: createTraceState(state) } : {}),
    };
    return isSpanContextValid(spanContext) ? trace.setSpanContext(context, spanContext) : context;
  },

  inject(context: Context, carrier, setter) {
    const spanContext = trace.getSpanContext(context);
    if (spanContext === undefined || !isSpanContextValid(spanContext)) return;
    setter.set(carrier, 'traceparent', formatTraceparent(spanContext));
    const state = spanContext.traceState?.serialize();
    if (state) setter.set(carrier, 'tracestate', state);
  },
};
