import { diag } from '@opentelemetry/api';
import { getNumberFromEnv, getStringFromEnv, getStringListFromEnv } from '@opentelemetry/core';
import { OTLPMetricExporter as GrpcMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { type IMetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { isExported, protocolOf } from './otlp.js';

const READERS: Readonly<Record<string, () => IMetricReader>> = {
  otlp: () => {
    const exporters = {
      grpc: GrpcMetricExporter,
      'http/json': JsonMetricExporter,
      'http/protobuf': ProtobufMetricExporter,
    };
    return new PeriodicExportingMetricReader({
      exporter: new exporters[protocolOf('METRICS')](),
      exportIntervalMillis: getNumberFromEnv('OTEL_METRIC_EXPORT_INTERVAL') ?? 10_000,
      exportTimeoutMillis: getNumberFromEnv('OTEL_METRIC_EXPORT_TIMEOUT') ?? 10_000,
    });
  },
  prometheus: () => {
    const host = getStringFromEnv('OTEL_EXPORTER_PROMETHEUS_HOST');
    const port = getNumberFromEnv('OTEL_EXPORTER_PROMETHEUS_PORT');
    return new PrometheusExporter({
      ...(host !== undefined && { host }),
      ...(port !== undefined && { port }),
    });
  },
};

/**
 * What exports the metrics, as the environment says: to OTLP, for Prometheus to read, or nothing.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function metricReaders(): IMetricReader[] {
  const named = getStringListFromEnv('OTEL_METRICS_EXPORTER') ?? [];
  const names = named.length === 0 && isExported('METRICS') ? ['otlp'] : named;
  return [...new Set(names)]
    .filter((name) => name !== 'none')
    .flatMap((name) => {
      const reader = READERS[name]?.();
      if (reader === undefined) diag.warn(`OTEL_METRICS_EXPORTER: this server has no ${name}`);
      return reader ?? [];
    });
}
