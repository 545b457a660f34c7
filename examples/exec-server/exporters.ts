import { diag } from '@opentelemetry/api';
import { getNumberFromEnv, getStringFromEnv, getStringListFromEnv } from '@opentelemetry/core';
import { OTLPLogExporter as GrpcLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as GrpcMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter as GrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchLogRecordProcessor, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  type IMetricReader,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';

type Signal = 'TRACES' | 'METRICS' | 'LOGS';

/**
 * What exports the spans, as the environment says: to OTLP or to nowhere.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function exportedSpans(): SpanProcessor[] {
  return exportersOf('TRACES', {
    otlp: () =>
      new BatchSpanProcessor({
        exporter: ofProtocol('TRACES', GrpcTraceExporter, JsonTraceExporter, ProtobufTraceExporter),
        ...batching('OTEL_BSP'),
      }),
  });
}

/** What exports the log records, likewise. */
export function exportedLogs(): LogRecordProcessor[] {
  return exportersOf('LOGS', {
    otlp: () =>
      new BatchLogRecordProcessor({
        exporter: ofProtocol('LOGS', GrpcLogExporter, JsonLogExporter, ProtobufLogExporter),
        ...batching('OTEL_BLRP'),
      }),
  });
}

/** What exports the metrics, likewise, or lets Prometheus read them. */
export function exportedMetrics(): IMetricReader[] {
  return exportersOf<IMetricReader>('METRICS', {
    otlp: () =>
      new PeriodicExportingMetricReader({
        exporter: ofProtocol<PushMetricExporter>(
          'METRICS',
          GrpcMetricExporter,
          JsonMetricExporter,
          ProtobufMetricExporter,
        ),
        ...given('exportIntervalMillis', 'OTEL_METRIC_EXPORT_INTERVAL'),
        ...given('exportTimeoutMillis', 'OTEL_METRIC_EXPORT_TIMEOUT'),
      }),
    prometheus: () => {
      const host = getStringFromEnv('OTEL_EXPORTER_PROMETHEUS_HOST');
      const port = getNumberFromEnv('OTEL_EXPORTER_PROMETHEUS_PORT');
      return new PrometheusExporter({
        ...(host !== undefined && { host }),
        ...(port !== undefined && { port }),
      });
    },
  });
}

function exportersOf<T>(signal: Signal, known: Readonly<Record<string, () => T>>): T[] {
  const endpoints = ['OTEL_EXPORTER_OTLP_ENDPOINT', `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`];
  const hasEndpoint = endpoints.some((name) => getStringFromEnv(name) !== undefined);
  const names = getStringListFromEnv(`OTEL_${signal}_EXPORTER`) ?? (hasEndpoint ? ['otlp'] : []);
  return [...new Set(names)]
    .filter((name) => name !== 'none')
    .flatMap((name) => {
      const make = known[name];
      if (make === undefined) diag.warn(`OTEL_${signal}_EXPORTER: this server has no ${name}`);
      return make === undefined ? [] : [make()];
    });
}

function ofProtocol<T>(
  signal: Signal,
  Grpc: new () => T,
  Json: new () => T,
  Protobuf: new () => T,
): T {
  const protocol =
    getStringFromEnv(`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`) ??
    getStringFromEnv('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (protocol === 'grpc') return new Grpc();
  return protocol === 'http/json' ? new Json() : new Protobuf();
}

function batching(prefix: string) {
  return {
    ...given('maxQueueSize', `${prefix}_MAX_QUEUE_SIZE`),
    ...given('maxExportBatchSize', `${prefix}_MAX_EXPORT_BATCH_SIZE`),
    ...given('scheduledDelayMillis', `${prefix}_SCHEDULE_DELAY`),
    ...given('exportTimeoutMillis', `${prefix}_EXPORT_TIMEOUT`),
  };
}

function given<Name extends string>(name: Name, variable: string): Partial<Record<Name, number>> {
  const value = getNumberFromEnv(variable);
  return value === undefined ? {} : ({ [name]: value } as Record<Name, number>);
}
