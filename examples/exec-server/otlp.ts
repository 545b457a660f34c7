import { TraceFlags } from '@opentelemetry/api';
import { getNumberFromEnv, getStringFromEnv, getStringListFromEnv } from '@opentelemetry/core';
import { OTLPLogExporter as GrpcLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as GrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { ExportQueue } from 'otel-exec/export';

/**
 * The settings that are used where the operator's environment says nothing else. They are also what to
 * set for a program that has the SDK's own batch processors.
 */
export const SETTINGS = {
  // How many may wait for the collector, in memory: the SDK's default, 2,048, is full within a fraction
  // of a second at full speed. A burst of 50,000 lifecycles fits, while nothing is being sent at all.
  MAX_QUEUE_SIZE: 65_536,
  // Turning a batch into bytes holds requests up: 512 take a few milliseconds.
  MAX_EXPORT_BATCH_SIZE: 512,
  // The SDK's 5 seconds for spans are long to wait for someone who watches, and lost in a crash.
  SCHEDULE_DELAY: 500,
  EXPORT_TIMEOUT: 30_000,
} as const;

/** A processor and the queue behind it. */
export interface Export<Processor> {
  readonly processor: Processor;
  readonly queue: { shutdown(withinMillis: number): Promise<void> };
}

/** Exports spans over OTLP, as the `OTEL_*` variables say. */
export function exportSpans(): Export<SpanProcessor> {
  const exporters = {
    grpc: GrpcTraceExporter,
    'http/json': JsonTraceExporter,
    'http/protobuf': ProtobufTraceExporter,
  };
  const exporter = new exporters[protocolOf('TRACES')]();
  const queue = new ExportQueue<ReadableSpan>({ signal: 'span', exporter, ...settings('BSP') });
  const processor: SpanProcessor = {
    onStart() {},
    onEnd: (span) => {
      if (span.spanContext().traceFlags & TraceFlags.SAMPLED) queue.add(span);
    },
    forceFlush: () => queue.flush(),
    shutdown: () => queue.shutdown(),
  };
  return { processor, queue };
}

/** Exports log records over OTLP, as the `OTEL_*` variables say. */
export function exportLogRecords(): Export<LogRecordProcessor> {
  const exporters = {
    grpc: GrpcLogExporter,
    'http/json': JsonLogExporter,
    'http/protobuf': ProtobufLogExporter,
  };
  const exporter = new exporters[protocolOf('LOGS')]();
  const queue = new ExportQueue<ReadableLogRecord>({
    signal: 'log',
    exporter,
    ...settings('BLRP'),
  });
  const processor: LogRecordProcessor = {
    onEmit: (record) => queue.add(record),
    forceFlush: () => queue.flush(),
    shutdown: () => queue.shutdown(),
  };
  return { processor, queue };
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

function settings(prefix: 'BSP' | 'BLRP') {
  const pick = (name: keyof typeof SETTINGS) => {
    const set = getNumberFromEnv(`OTEL_${prefix}_${name}`);
    return set !== undefined && set > 0 ? set : SETTINGS[name];
  };
  return {
    capacity: pick('MAX_QUEUE_SIZE'),
    batchSize: pick('MAX_EXPORT_BATCH_SIZE'),
    delayMillis: pick('SCHEDULE_DELAY'),
    timeoutMillis: pick('EXPORT_TIMEOUT'),
  };
}
