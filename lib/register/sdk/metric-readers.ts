import { diag } from '@opentelemetry/api';
import type { MetricReader, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { isSet, readList, type Variables } from '../environment.js';
import { readPositive } from './limits.js';
import type { Parts } from './parts.js';

type MakeReader = (parts: Parts, variables: Variables) => MetricReader;

const READERS: Readonly<Record<string, MakeReader>> = { otlp: otlpReader, console: consoleReader };
const ENCODINGS: Readonly<Record<string, string>> = {
  grpc: 'grpc',
  'http/json': 'http',
  'http/protobuf': 'proto',
};
const DEFAULT_PROTOCOL = 'http/protobuf';
const INTERVAL = 'OTEL_METRIC_EXPORT_INTERVAL';
const TIMEOUT = 'OTEL_METRIC_EXPORT_TIMEOUT';
const DEFAULT_INTERVAL_MILLIS = 60_000;
const DEFAULT_TIMEOUT_MILLIS = 30_000;

/**
 * Reads what metrics are exported by.
 * @returns undefined where that is another exporter than OTLP's and the console's
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#exporter-selection
 */
export function readMetricReaders(variables: Variables): readonly MakeReader[] | undefined {
  const listed = new Set(readList(variables, 'OTEL_METRICS_EXPORTER'));
  const names = listed.size === 0 ? ['otlp'] : [...listed];
  if (names.includes('none')) return [];
  if (!names.every((name) => Object.hasOwn(READERS, name))) return undefined;
  return protocolOf(variables) in ENCODINGS
    ? names.flatMap((name) => READERS[name] ?? [])
    : undefined;
}

function protocolOf(variables: Variables): string {
  const { OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: own, OTEL_EXPORTER_OTLP_PROTOCOL: shared } =
    variables;
  return ((isSet(own) ? own : shared) ?? '').trim() || DEFAULT_PROTOCOL;
}

function otlpReader(parts: Parts, variables: Variables): MetricReader {
  const name = `exporter-metrics-otlp-${ENCODINGS[protocolOf(variables)]}`;
  const { OTLPMetricExporter } = parts.load<Record<string, new () => PushMetricExporter>>(name);
  if (OTLPMetricExporter === undefined) throw new TypeError(`there is no exporter in ${name}`);
  return new parts.sdkMetrics.PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    ...readTimes(parts),
  });
}

function consoleReader({ sdkMetrics }: Parts): MetricReader {
  const exporter = new sdkMetrics.ConsoleMetricExporter();
  return new sdkMetrics.PeriodicExportingMetricReader({ exporter });
}

function readTimes(parts: Parts): { exportIntervalMillis: number; exportTimeoutMillis: number } {
  const interval = readPositive(parts, INTERVAL);
  const timeout = readPositive(parts, TIMEOUT);
  const exportIntervalMillis = interval ?? DEFAULT_INTERVAL_MILLIS;
  if (interval !== undefined && timeout !== undefined && timeout > interval) {
    diag.warn(
      `${TIMEOUT} (${timeout}) is more than ${INTERVAL} (${interval}), which is used for both`,
    );
  }
  const exportTimeoutMillis = Math.min(timeout ?? DEFAULT_TIMEOUT_MILLIS, exportIntervalMillis);
  return { exportIntervalMillis, exportTimeoutMillis };
}
