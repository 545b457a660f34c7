import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { AlwaysOffSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { DirectLogRecordProcessor } from 'otel-exec/export';
import { LineLogRecordProcessor } from 'otel-exec/lines';

/** How many of each signal reached the exporters. */
export interface Exported {
  spans: number;
  events: number;
  /** Attributes of every span and event, where `keep` is set. */
  readonly kept: { readonly signal: 'span' | 'event'; readonly attributes: object }[];
  keep: boolean;
  /** The latest collection. */
  metrics: ResourceMetrics | undefined;
}

/** An SDK of whichever line is installed beside the file that runs. */
export interface Sdk {
  readonly exported: Exported;
  readonly logger: { emit(record: object): void };
  /** What takes the records of `logger`. */
  readonly logRecordProcessor: DirectLogRecordProcessor;
  flush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** What of the SDK is switched off; nothing, by default. */
export interface SdkOptions {
  /** Whether the sampler keeps spans. */
  readonly sampled?: boolean;
  /** Whether a batch processor takes log records; else lines do, with everything filtered off. */
  readonly events?: boolean;
  /** Whether there is a meter provider. */
  readonly metrics?: boolean;
}

const SUCCESS = { code: 0 };
const NOTHING = async (): Promise<void> => {};

/**
 * Registers the SDK as an application would: batch processors, a periodic reader, a context manager and
 * W3C Trace Context; its exporters count and discard.
 */
export async function registerSdk(options: SdkOptions = {}): Promise<Sdk> {
  const exported: Exported = { spans: 0, events: 0, kept: [], keep: false, metrics: undefined };
  const providers = makeProviders(exported, options);
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  api.propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  api.trace.setGlobalTracerProvider(providers.tracer);
  if (options.metrics !== false) api.metrics.setGlobalMeterProvider(providers.meter);
  const logs = await logsApi();
  logs.setGlobalLoggerProvider(providers.logger);
  const { logRecordProcessor, ...rest } = providers;
  const all = Object.values(rest);
  return {
    exported,
    logRecordProcessor,
    logger: logs.getLogger('codex_exec_server::telemetry') as unknown as Sdk['logger'],
    flush: async () => void (await Promise.all(all.map((provider) => provider.forceFlush()))),
    shutdown: async () => void (await Promise.all(all.map((provider) => provider.shutdown()))),
  };
}

function makeProviders(exported: Exported, { sampled = true, events = true }: SdkOptions) {
  const keep = (signal: 'span' | 'event', all: readonly { attributes: object }[]) => {
    if (!exported.keep) return;
    for (const { attributes } of all) exported.kept.push({ signal, attributes });
  };
  const tracer = new TracerProvider({
    ...(sampled ? {} : { sampler: new AlwaysOffSampler() }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: {
          export(spans, done) {
            exported.spans += spans.length;
            keep('span', spans);
            done(SUCCESS);
          },
          shutdown: NOTHING,
          forceFlush: NOTHING,
        },
      }),
    ],
  });
  const logRecordProcessor = events
    ? new BatchLogRecordProcessor({
        exporter: {
          export(records, done) {
            exported.events += records.length;
            keep('event', records as unknown as { attributes: object }[]);
            done(SUCCESS);
          },
          shutdown: NOTHING,
          forceFlush: NOTHING,
        },
      })
    : new LineLogRecordProcessor({ filter: 'off' });
  const logger = new LoggerProvider({ processors: [logRecordProcessor] });
  const meter = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({
        exporter: {
          export(metrics, done) {
            exported.metrics = metrics;
            done(SUCCESS);
          },
          selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
          shutdown: NOTHING,
          forceFlush: NOTHING,
        },
      }),
    ],
  });
  return { tracer, logger, meter, logRecordProcessor };
}

type Logs = typeof api.logs;

/** The logs API of the installed line: in the API itself since 1.10, a package of its own before. */
async function logsApi(): Promise<Logs> {
  if ('logs' in api) return api.logs;
  const line2 = '@opentelemetry/api-logs';
  return ((await import(line2)) as { logs: Logs }).logs;
}

/** Histogram records of all instruments together, up to the latest collection. */
export function histogramRecords({ metrics }: Exported): number {
  const all = metrics?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
  return all
    .flatMap((metric) => metric.dataPoints.map(({ value }) => value))
    .reduce<number>((sum, value) => sum + (typeof value === 'number' ? 0 : value.count), 0);
}
