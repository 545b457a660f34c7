import { randomBytes } from 'node:crypto';
import {
  type Context,
  INVALID_SPANID,
  INVALID_TRACEID,
  ROOT_CONTEXT,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { extractEnvironment } from 'otel-exec';

/** The ids of a span that is begun later, by the SDK, under the same ids. */
export interface Identity {
  /** What this program was started in. */
  readonly parent: Context;
  /** The parent's context with the span's in its place. */
  readonly context: Context;
  /** Gives the ids first, and random ones from then on. */
  readonly idGenerator: IdGenerator;
}

/** Whether the span of a command can be known before the SDK is there: with every default of the variables. */
export function isForeseeable(variables: NodeJS.ProcessEnv): boolean {
  const { OTEL_TRACES_SAMPLER: sampler, OTEL_PROPAGATORS: propagators } = variables;
  return (
    (!sampler || sampler === 'parentbased_always_on') &&
    (!propagators || propagators === 'tracecontext,baggage' || propagators === 'tracecontext')
  );
}

/** Chooses the ids of the span, under the `TRACEPARENT` of the environment where it has one. */
export function chooseIdentity(): Identity {
  const parent = extractEnvironment(process.env, ROOT_CONTEXT);
  const inherited = trace.getSpanContext(parent);
  const traceId = inherited?.traceId ?? randomId(16, INVALID_TRACEID);
  const spanId = randomId(8, INVALID_SPANID);
  const context = trace.setSpanContext(parent, {
    traceId,
    spanId,
    traceFlags: (inherited?.traceFlags ?? TraceFlags.SAMPLED) & TraceFlags.SAMPLED,
    ...(inherited?.traceState && { traceState: inherited.traceState }),
  });
  return { parent, context, idGenerator: startingWith(traceId, spanId) };
}

function startingWith(traceId: string, spanId: string): IdGenerator {
  const traceIds = [traceId];
  const spanIds = [spanId];
  return {
    generateTraceId: () => traceIds.pop() ?? randomId(16, INVALID_TRACEID),
    generateSpanId: () => spanIds.pop() ?? randomId(8, INVALID_SPANID),
  };
}

/** @see https://www.w3.org/TR/trace-context/#trace-id */
function randomId(bytes: number, invalid: string): string {
  const id = randomBytes(bytes).toString('hex');
  return id === invalid ? randomId(bytes, invalid) : id;
}
