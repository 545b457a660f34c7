import { TraceFlags } from '@opentelemetry/api';
import { type OtlpSpan, writeSpan } from './otlp/encoded-span.js';
import type { OtlpOptions } from './otlp/otlp-options.js';
import { OtlpSender } from './otlp/otlp-sender.js';
import { chooseTarget } from './otlp/otlp-target.js';
import { chooseLimits, OTLP_QUEUE_DEFAULTS } from './queue-options.js';
import { QueueProcessor } from './queue-processor.js';

/**
 * A span processor, for both SDK lines, that exports over OTLP as `http/protobuf`: each sampled span becomes
 * bytes when it ends, which wait until they have arrived or were refused for good, in order, in bounded
 * memory. What is lost is counted and told; see `docs/collector.md`.
 *
 * ```ts
 * new NodeSDK({ spanProcessors: [new OtlpSpanProcessor()] });
 * ```
 *
 * No method throws or rejects.
 * @see https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-processor
 */
export class OtlpSpanProcessor extends QueueProcessor<OtlpSpan> {
  /**
   * @param options default: as `OTEL_EXPORTER_OTLP_*` and `OTEL_BSP_*` say
   * @throws TypeError where `url` is no URL of HTTP
   */
  constructor(options: OtlpOptions = {}) {
    const limits = chooseLimits('BSP', options, OTLP_QUEUE_DEFAULTS);
    const target = chooseTarget('TRACES', options);
    const timeoutMillis = Math.min(target.timeoutMillis, limits.exportTimeoutMillis);
    const { meterProvider } = options;
    const sender = new OtlpSender<OtlpSpan>({ target, timeoutMillis, write: writeSpan });
    super({ signal: 'span', limits, meterProvider, sender });
  }

  /** Does nothing. */
  onStart(): void {}

  /** Takes a span, if it is sampled. */
  onEnd(span: OtlpSpan): void {
    if (span.spanContext().traceFlags & TraceFlags.SAMPLED) this.add(span);
  }
}
