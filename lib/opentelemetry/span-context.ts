import { type Context, isSpanContextValid, type SpanContext, trace } from '@opentelemetry/api';

/** The span context of a context, if it has a valid one. */
export function spanContextOf(context: Context): SpanContext | undefined {
  const spanContext = trace.getSpanContext(context);
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext : undefined;
}
