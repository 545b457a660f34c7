import { getStringFromEnv, getStringListFromEnv } from '@opentelemetry/core';
import { OTLPLogExporter as GrpcLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter as GrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import {
  OtlpLogRecordProcessor,
  OtlpSpanProcessor,
  QueuedLogRecordProcessor,
  QueuedSpanProcessor,
} from 'otel-exec/export';

/** Exports spans over OTLP, as the `OTEL_*` variables say. */
export function exportSpans(): OtlpSpanProcessor | QueuedSpanProcessor<ReadableSpan> {
  const protocol = protocolOf('TRACES');
  if (protocol === 'http/protobuf') return new OtlpSpanProcessor();
  const exporters = { grpc: GrpcTraceExporter, 'http/json': JsonTraceExporter };
  return new QueuedSpanProcessor(new exporters[protocol]());
}

/** Exports log records over OTLP, as the `OTEL_*` variables say. */
export function exportLogRecords():
  | OtlpLogRecordProcessor
  | QueuedLogRecordProcessor<ReadableLogRecord> {
  const protocol = protocolOf('LOGS');
  if (protocol === 'http/protobuf') return new OtlpLogRecordProcessor();
  const exporters = { grpc: GrpcLogExporter, 'http/json': JsonLogExporter };
  return new QueuedLogRecordProcessor(new exporters[protocol]());
}

/** Whether somebody is named who takes a signal. */
export function isExported(signal: 'TRACES' | 'METRICS' | 'LOGS'): boolean {
  const names = [
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`,
    `OTEL_${signal}_EXPORTER`,
  ];
  return names.some((name) => getStringFromEnv(name) !== undefined);
}

/** Whether a signal goes out over OTLP. */
export function isExportedOverOtlp(signal: 'TRACES' | 'LOGS'): boolean {
  const exporters = getStringListFromEnv(`OTEL_${signal}_EXPORTER`) ?? [];
  return isExported(signal) && (exporters.length === 0 || exporters.includes('otlp'));
}

/** The OTLP protocol of a signal. */
export function protocolOf(
  signal: 'TRACES' | 'METRICS' | 'LOGS',
): 'grpc' | 'http/json' | 'http/protobuf' {
  const protocol =
    getStringFromEnv(`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`) ??
    getStringFromEnv('OTEL_EXPORTER_OTLP_PROTOCOL');
  return protocol === 'grpc' || protocol === 'http/json' ? protocol : 'http/protobuf';
}
