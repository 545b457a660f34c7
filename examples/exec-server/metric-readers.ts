import { diag } from '@opentelemetry/api';
import { getNumberFromEnv, getStringFromEnv, getStringListFromEnv } from '@opentelemetry/core';
import { OTLPMetricExporter as GrpcMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { type IMetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { isExported, protocolOf } from './otlp.js';

const DEFAULT_MILLIS = 10_000;

const READERS: Readonly<Record<string, () => IMetricReader>> = {
  otlp: () => {
    const exporters = {
      grpc: GrpcMetricExporter,
      'http/json': JsonMetricExporter,
      'http/protobuf': ProtobufMetricExporter,
    };
    return new PeriodicExportingMetricReader({
      exporter: new exporters[protocolOf('METRICS')](),
      ...readPeriod(),
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

// The SDK's reader throws where the interval is no positive number, or is shorter than the timeout.
function readPeriod(): { exportIntervalMillis: number; exportTimeoutMillis: number } {
  const interval = readMillis('OTEL_METRIC_EXPORT_INTERVAL') ?? DEFAULT_MILLIS;
  const timeout = readMillis('OTEL_METRIC_EXPORT_TIMEOUT');
  if (timeout !== undefined && timeout > interval) {
    diag.warn(`OTEL_METRIC_EXPORT_TIMEOUT is longer than the interval: ${interval} is used`);
  }
  return {
    exportIntervalMillis: interval,
    exportTimeoutMillis: Math.min(timeout ?? DEFAULT_MILLIS, interval),
  };
}

function readMillis(name: string): number | undefined {
  const millis = getNumberFromEnv(name);
  if (millis === undefined || millis > 0) return millis;
  diag.warn(`${name} is not a positive number: the default is used`);
  return undefined;
}

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
