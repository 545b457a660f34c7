import { type Context, propagation, type TextMapPropagator, trace } from '@opentelemetry/api';
import { w3cTraceContext } from '../opentelemetry/w3c-trace-context.js';

const globalPropagator: TextMapPropagator = {
  fields: () => propagation.fields(),
  extract: (context, carrier, getter) => propagation.extract(context, carrier, getter),
  inject: (context, carrier, setter) => propagation.inject(context, carrier, setter),
};

/**
 * The globally configured propagator, or, where none is configured, W3C Trace Context.
 * @throws what a broken propagator throws; callers tell `diag`
 */
export function activePropagator(): TextMapPropagator {
  return propagation.fields().length > 0 ? globalPropagator : w3cTraceContext;
}

/** What was extracted beside a trace context that was none, with the span that was active before. */
export function withSpanOf(ambient: Context, extracted: Context): Context {
  const span = trace.getSpan(ambient);
  return span === undefined ? extracted : trace.setSpan(extracted, span);
}
