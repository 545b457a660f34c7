import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { BatchExporter, Exportable } from './batch-exporter.js';
import { estimateSpanBytes, type SizedSpan } from './encoded-size.js';
import { ExporterSender } from './exporter-sender.js';
import { chooseLimits, type QueueOptions } from './queue-options.js';
import { QueueProcessor } from './queue-processor.js';

/** What is looked at in a span. */
export interface QueuedSpan extends Exportable, Partial<SizedSpan> {
  /** Its ids and trace flags. */
  spanContext(): SpanContext;
}

/**
 * A span processor, for both SDK lines, that keeps each sampled span until it has arrived or was refused
 * for good, in order, in bounded memory. What is lost is counted and told; see `docs/collector.md`.
 *
 * ```ts
 * new NodeSDK({ spanProcessors: [new QueuedSpanProcessor(new OTLPTraceExporter())] });
 * ```
 *
 * The exporter is the processor's from then on: an OTLP exporter's own retries are left to the queue. Over
 * `http/protobuf`, `OtlpSpanProcessor` does the same for less. No method throws or rejects.
 * @see https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-processor
 */
export class QueuedSpanProcessor<Span extends QueuedSpan> extends QueueProcessor<Span> {
  /**
   * @param exporter any exporter of spans
   * @param options default: as `OTEL_BSP_*` say
   */
  constructor(exporter: BatchExporter<Span>, options: QueueOptions = {}) {
    const limits = chooseLimits('BSP', options);
    const { exportTimeoutMillis: timeoutMillis } = limits;
    const parts = { exporter, timeoutMillis, estimateBytes: estimateSpanBytes };
    const { meterProvider } = options;
    super({ signal: 'span', limits, meterProvider, sender: new ExporterSender<Span>(parts) });
  }

  /** Does nothing. */
  onStart(): void {}

  /** Takes a span, if it is sampled. */
  onEnd(span: Span): void {
    if (span.spanContext().traceFlags & TraceFlags.SAMPLED) this.add(span);
  }
}
