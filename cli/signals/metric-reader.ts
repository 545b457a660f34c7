import { getNumberFromEnv } from '@opentelemetry/core';
import {
  type MetricReader,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';

const DEFAULT_INTERVAL_MILLIS = 60_000;
const DEFAULT_TIMEOUT_MILLIS = 30_000;

/**
 * Has metrics exported as often as the variables say, and at the end.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#periodic-exporting-metricreader
 */
export function readMetrics(exporter: PushMetricExporter): MetricReader {
  const exportIntervalMillis = millis('OTEL_METRIC_EXPORT_INTERVAL') ?? DEFAULT_INTERVAL_MILLIS;
  const timeoutMillis = millis('OTEL_METRIC_EXPORT_TIMEOUT') ?? DEFAULT_TIMEOUT_MILLIS;
  return new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis,
    exportTimeoutMillis: Math.min(timeoutMillis, exportIntervalMillis),
  });
}

function millis(name: string): number | undefined {
  const value = getNumberFromEnv(name);
  return value !== undefined && value > 0 ? value : undefined;
}
