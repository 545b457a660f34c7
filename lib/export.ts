/**
 * Processors that keep spans and log records until they have arrived or were refused for good, in bounded memory.
 * @module otel-exec/export
 */

export type { BatchExporter, BatchResult, Exportable } from './export/batch-exporter.js';
export type { SizedLogRecord, SizedSpan } from './export/encoded-size.js';
export {
  type PatienceOptions,
  QUEUE_DEFAULTS,
  type QueueLimits,
  type QueueOptions,
} from './export/queue-options.js';
export {
  type QueuedLogRecord,
  QueuedLogRecordProcessor,
} from './export/queued-log-record-processor.js';
export { type QueuedSpan, QueuedSpanProcessor } from './export/queued-span-processor.js';
