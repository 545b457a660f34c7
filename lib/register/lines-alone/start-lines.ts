import { context, propagation, trace } from '@opentelemetry/api';
import { DirectLoggerProvider, type DirectLogRecordProcessor } from '../../export.js';
import { AsyncContextManager } from '../../opentelemetry/context-manager.js';
import { registerLoggerProvider } from '../../opentelemetry/globals.js';
import { w3cTraceContext } from '../../opentelemetry/w3c-trace-context.js';
import { isSet, type Variables } from '../environment.js';
import { IdentifyingTracerProvider } from './tracer-provider.js';

/** What only an SDK does, where a variable asks for it. */
const OF_AN_SDK = ['OTEL_PROPAGATORS', 'OTEL_TRACES_SAMPLER', 'OTEL_NODE_EXPERIMENTAL_SDK_METRICS'];

/** Whether lines can be written without an SDK, as far as the variables ask for nothing else. */
export function needNoSdk(variables: Variables): boolean {
  return !OF_AN_SDK.some((name) => isSet(variables[name]));
}

/**
 * Registers what lines alone need, without an SDK, whose packages take most of a program's start: ids for a trace, a
 * context that is handed on, W3C Trace Context, and the processor that writes the lines.
 */
export function startLines(processor: DirectLogRecordProcessor): void {
  context.setGlobalContextManager(new AsyncContextManager());
  propagation.setGlobalPropagator(w3cTraceContext);
  trace.setGlobalTracerProvider(new IdentifyingTracerProvider());
  registerLoggerProvider(
    new DirectLoggerProvider({ resource: { attributes: {} }, processors: [processor] }),
  );
}
