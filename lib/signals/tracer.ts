import { type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import { complain } from '../opentelemetry/diagnostics.js';
import { tracerOf } from '../opentelemetry/stand-ins.js';
import { SCHEMA_URL, VERSION } from '../opentelemetry/version.js';

/** The instrumentation scope of spans and metrics. */
export const SCOPE = 'otel-exec';

/**
 * Finds the tracer anew whenever the provider has changed, since SDKs start after imports and tests
 * start several.
 * @param given the provider to use instead of the global one
 * @returns a function that gives undefined while no SDK has registered a provider, or a broken one
 */
export function tracerSource(given?: TracerProvider): () => Tracer | undefined {
  let provider: TracerProvider | undefined;
  let tracer: Tracer | undefined;
  return () => {
    const current = given ?? trace.getTracerProvider();
    if (tracer === undefined || current !== provider) {
      provider = current;
      tracer = getTracer(current);
    }
    return tracer;
  };
}

function getTracer(provider: TracerProvider): Tracer | undefined {
  try {
    return tracerOf(provider, SCOPE, VERSION, { schemaUrl: SCHEMA_URL });
  } catch (error) {
    complain('tracer provider', error);
    return undefined;
  }
}
