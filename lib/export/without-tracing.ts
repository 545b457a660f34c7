import { type Context, createContextKey } from '@opentelemetry/api';

/** core/src/trace/suppress-tracing.ts: the key that every copy and version of `@opentelemetry/core` has */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** The context in which no span is recorded, so that what an exporter sends isn't traced. */
export function withoutTracing(context: Context): Context {
  return context.setValue(SUPPRESS_TRACING, true);
}
