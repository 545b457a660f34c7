import { logs, metrics, trace } from '@opentelemetry/api';
import { LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, type MetricReader } from '@opentelemetry/sdk-metrics';
import {
  type IdGenerator,
  type SpanProcessor,
  TracerProvider,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace';

/** What is to be registered. */
export interface Parts {
  readonly resource: NonNullable<TracerProviderOptions['resource']>;
  readonly spanProcessors: SpanProcessor[];
  readonly logRecordProcessors: LogRecordProcessor[];
  readonly metricReaders: MetricReader[];
  readonly idGenerator?: IdGenerator;
}

/**
 * Registers a provider for each signal: all that is needed where no variable asks for more, in a fraction of the time
 * that `NodeSDK` takes, which loads every exporter there is.
 * @returns what sends the last metrics
 */
export function startProviders(parts: Parts): () => Promise<void> {
  const { resource, spanProcessors, logRecordProcessors, metricReaders, idGenerator } = parts;
  const meters = new MeterProvider({ resource, readers: metricReaders });
  metrics.setGlobalMeterProvider(meters);
  trace.setGlobalTracerProvider(
    new TracerProvider({ resource, spanProcessors, ...(idGenerator && { idGenerator }) }),
  );
  logs.setGlobalLoggerProvider(new LoggerProvider({ resource, processors: logRecordProcessors }));
  return () => meters.shutdown();
}
