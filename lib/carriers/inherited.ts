import { type Context, createContextKey, trace } from '@opentelemetry/api';

const INHERITED = createContextKey('otel-exec inherited span context');

/** A context whose span is that of whoever started the program, and not of work that goes on here. */
export function markInherited(context: Context): Context {
  return context.setValue(INHERITED, trace.getSpanContext(context));
}

/** Whether a context's span is still the one that was inherited: then nothing here has begun under it. */
export function isInherited(context: Context): boolean {
  const spanContext = trace.getSpanContext(context);
  return spanContext !== undefined && context.getValue(INHERITED) === spanContext;
}
