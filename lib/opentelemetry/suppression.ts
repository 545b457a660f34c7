import type { Context } from '@opentelemetry/api';

// @opentelemetry/core, trace/suppress-tracing: keys are registered symbols, so that copies agree on them.
const SUPPRESS_TRACING = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Whether nothing is to be observed in a context, as an exporter asks for its own requests. */
export function isTracingSuppressed(context: Context): boolean {
  return context.getValue(SUPPRESS_TRACING) === true;
}

/** A context in which nothing is observed, so that what an exporter sends isn't. */
export function suppressTracing(context: Context): Context {
  return context.setValue(SUPPRESS_TRACING, true);
}
