import { logs, trace } from '@opentelemetry/api';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { type IdGenerator, TracerProvider } from '@opentelemetry/sdk-trace';
import type { LineLogRecordProcessor } from 'otel-exec/lines';

/**
 * Starts as much of the SDK as lines need: events, and the trace that they and the command belong to. Nobody reads
 * metrics.
 */
export function startLineSignals(
  lines: LineLogRecordProcessor,
  idGenerator: IdGenerator | undefined,
): void {
  trace.setGlobalTracerProvider(new TracerProvider({ ...(idGenerator && { idGenerator }) }));
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [lines] }));
}
