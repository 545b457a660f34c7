/**
 * Processors that keep spans and log records until they have arrived or were refused for good, in bounded memory.
 * @module otel-exec/export
 */

export type { AttributeLimits } from './export/attribute-limits.js';
export type { BatchExporter, BatchResult, Exportable } from './export/batch-exporter.js';
export {
  DirectLogRecord,
  type DirectRecordInput,
  type DirectTime,
} from './export/direct-log-record.js';
export {
  type DirectLogger,
  DirectLoggerProvider,
  type DirectLoggerProviderOptions,
  type DirectLogRecordProcessor,
  type DirectQuestion,
  type DirectScopeOptions,
} from './export/direct-logger-provider.js';
export type { SizedLogRecord, SizedSpan } from './export/encoded-size.js';
export type { OtlpLogRecord } from './export/otlp/encoded-log-record.js';
export type { OtlpSpan, OtlpSpanEvent, OtlpSpanLink } from './export/otlp/encoded-span.js';
export type { OtlpItem, OtlpResource, OtlpScope } from './export/otlp/otlp-item.js';
export type { OtlpCompression, OtlpOptions } from './export/otlp/otlp-options.js';
export { OtlpLogRecordProcessor } from './export/otlp-log-record-processor.js';
export { OtlpSpanProcessor } from './export/otlp-span-processor.js';
export {
  OTLP_QUEUE_DEFAULTS,
  type PatienceOptions,
  QUEUE_DEFAULTS,
  type QueueLimits,
  type QueueOptions,
} from './export/queue-options.js';
export type { QueueProcessor } from './export/queue-processor.js';
export {
  type QueuedLogRecord,
  QueuedLogRecordProcessor,
} from './export/queued-log-record-processor.js';
export { type QueuedSpan, QueuedSpanProcessor } from './export/queued-span-processor.js';
