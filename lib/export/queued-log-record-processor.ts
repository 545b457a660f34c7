import type { BatchExporter, Exportable } from './batch-exporter.js';
import { estimateLogRecordBytes, type SizedLogRecord } from './encoded-size.js';
import { ExportQueue } from './export-queue.js';
import { chooseLimits, type PatienceOptions, type QueueOptions } from './queue-options.js';
import { Tally } from './tally.js';

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
 * The exporter is the processor's from then on: an OTLP exporter's own retries are left to the queue. No
 * method throws or rejects.
 * @see https://opentelemetry.io/docs/specs/otel/logs/sdk/#logrecordprocessor
 */
export class QueuedLogRecordProcessor<LogRecord extends QueuedLogRecord> {
  readonly #queue: ExportQueue<LogRecord>;
  readonly #timeoutMillis: number;

  /**
   * @param exporter any exporter of log records
   * @param options default: as `OTEL_BLRP_*` say
   */
  constructor(exporter: BatchExporter<LogRecord>, options: QueueOptions = {}) {
    const limits = chooseLimits('BLRP', options);
    const { meterProvider } = options;
    const subject = { signal: 'log', meterProvider, capacity: limits.maxQueueSize } as const;
    this.#timeoutMillis = limits.exportTimeoutMillis;
    this.#queue = new ExportQueue<LogRecord>({
      exporter,
      limits,
      tally: (size) => new Tally({ ...subject, size }),
      estimateBytes: estimateLogRecordBytes,
    });
  }

  /** How many log records have not arrived yet. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Takes a log record. */
  onEmit(record: LogRecord): void {
    this.#queue.add(record);
  }

  /**
   * Settles when everything that waits now has arrived or was refused for good, or when the time is over.
   */
  forceFlush({ timeoutMillis = this.#timeoutMillis }: PatienceOptions = {}): Promise<void> {
    return this.#queue.flush(timeoutMillis);
  }

  /** As `forceFlush`; then takes no more, and tells how many had not arrived. */
  shutdown({ timeoutMillis = this.#timeoutMillis }: PatienceOptions = {}): Promise<void> {
    return this.#queue.shutdown(timeoutMillis);
  }

  /** Gives up at once, and tells how many had not arrived: for a program's `exit` event. */
  abandon(): void {
    this.#queue.abandon();
  }
}
