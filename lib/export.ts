/*
 * The door `otel-exec/export`: processors that keep spans and log records until they have arrived.
 */
export type { BatchExporter, BatchResult, Exportable } from './export/batch-exporter.js';
export type { SizedLogRecord, SizedSpan } from './export/encoded-size.js';
export type { OtlpCompression, OtlpOptions } from './export/otlp/otlp-options.js';
export { type OtlpLogRecord, OtlpLogRecordProcessor } from './export/otlp-log-record-processor.js';
export { type OtlpSpan, OtlpSpanProcessor } from './export/otlp-span-processor.js';
export {
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
