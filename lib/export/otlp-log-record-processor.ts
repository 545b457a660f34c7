import { type OtlpLogRecord, writeLogRecord } from './otlp/encoded-log-record.js';
import type { OtlpOptions } from './otlp/otlp-options.js';
import { OtlpSender } from './otlp/otlp-sender.js';
import { chooseTarget } from './otlp/otlp-target.js';
import { chooseLimits, OTLP_QUEUE_DEFAULTS } from './queue-options.js';
import { QueueProcessor } from './queue-processor.js';

/**
 * A log record processor, for both SDK lines, that exports over OTLP as `http/protobuf`: each record becomes
 * bytes when it is emitted, which wait until they have arrived or were refused for good, in order, in bounded
 * memory. What is lost is counted and told; see `docs/collector.md`.
 *
 * ```ts
 * new NodeSDK({ logRecordProcessors: [redacting, new OtlpLogRecordProcessor()] });
 * ```
 *
 * What a processor after it changes in a record is not exported: one that redacts comes before. No method throws
 * or rejects.
 * @see https://opentelemetry.io/docs/specs/otel/logs/sdk/#logrecordprocessor
 */
export class OtlpLogRecordProcessor extends QueueProcessor<OtlpLogRecord> {
  /**
   * @param options default: as `OTEL_EXPORTER_OTLP_*` and `OTEL_BLRP_*` say
   * @throws TypeError where `url` is no URL of HTTP
   */
  constructor(options: OtlpOptions = {}) {
    const limits = chooseLimits('BLRP', options, OTLP_QUEUE_DEFAULTS);
    const target = chooseTarget('LOGS', options);
    const timeoutMillis = Math.min(target.timeoutMillis, limits.exportTimeoutMillis);
    const { meterProvider } = options;
    const sender = new OtlpSender<OtlpLogRecord>({ target, timeoutMillis, write: writeLogRecord });
    super({ signal: 'log', limits, meterProvider, sender });
  }

  /** Takes a log record. */
  onEmit(record: OtlpLogRecord): void {
    this.add(record);
  }
}
