import type { BatchExporter, Exportable } from './batch-exporter.js';
import { estimateLogRecordBytes, type SizedLogRecord } from './encoded-size.js';
import { ExporterSender } from './exporter-sender.js';
import { chooseLimits, type QueueOptions } from './queue-options.js';
import { QueueProcessor } from './queue-processor.js';

/** What is looked at in a log record. */
export interface QueuedLogRecord extends Exportable, Partial<SizedLogRecord> {}

/**
 * A log record processor, for both SDK lines, that keeps each record until it has arrived or was refused
 * for good, in order, in bounded memory. What is lost is counted and told; see `docs/collector.md`.
 *
 * ```ts
 * new NodeSDK({ logRecordProcessors: [new QueuedLogRecordProcessor(new OTLPLogExporter())] });
 * ```
 *
 * The exporter is the processor's from then on: an OTLP exporter's own retries are left to the queue. Over
 * `http/protobuf`, `OtlpLogRecordProcessor` does the same for less. No method throws or rejects.
 * @see https://opentelemetry.io/docs/specs/otel/logs/sdk/#logrecordprocessor
 */
export class QueuedLogRecordProcessor<
  LogRecord extends QueuedLogRecord,
> extends QueueProcessor<LogRecord> {
  /**
   * @param exporter any exporter of log records
   * @param options default: as `OTEL_BLRP_*` say
   */
  constructor(exporter: BatchExporter<LogRecord>, options: QueueOptions = {}) {
    const limits = chooseLimits('BLRP', options);
    const { exportTimeoutMillis: timeoutMillis } = limits;
    const parts = { exporter, timeoutMillis, estimateBytes: estimateLogRecordBytes };
    const { meterProvider } = options;
    super({ signal: 'log', limits, meterProvider, sender: new ExporterSender<LogRecord>(parts) });
  }

  /** Takes a log record. */
  onEmit(record: LogRecord): void {
    this.add(record);
  }
}
