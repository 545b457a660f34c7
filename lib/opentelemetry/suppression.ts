import { type Context, context as contextApi } from '@opentelemetry/api';

// @opentelemetry/core, trace/suppress-tracing: keys are registered symbols, so that copies agree on them.
const SUPPRESS_TRACING = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

let depth = 0;

/** Whether nothing is to be observed in a context, as an exporter asks for its own requests. */
export function isTracingSuppressed(context: Context): boolean {
  return depth > 0 || context.getValue(SUPPRESS_TRACING) === true;
}

/** Whether {@link suppressTracing} is calling something at the moment. */
export function isSuppressing(): boolean {
  return depth > 0;
}

/**
 * Calls something that is not to be observed: at all until it returns, also without a context manager, and
 * with one for as long as its awaits take.
 */
export function suppressTracing<T>(call: () => T): T {
  depth++;
  try {
    return contextApi.with(suppressedContext(contextApi.active()), call);
  } finally {
    depth--;
  }
}

/** A context in which nothing is observed, so that what an exporter sends isn't. */
export function suppressedContext(context: Context): Context {
  return context.setValue(SUPPRESS_TRACING, true);
}
