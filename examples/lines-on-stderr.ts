import { context, logs, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { LineLogRecordProcessor } from 'otel-exec/lines';

/** The least that writes events as lines: no exporter, no collector; a tracer, so that events join. */
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new TracerProvider());
logs.setGlobalLoggerProvider(
  new LoggerProvider({
    processors: [new LineLogRecordProcessor({ filter: process.env.OTEL_EXEC_LOG })],
  }),
);
