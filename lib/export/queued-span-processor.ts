import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { BatchExporter, Exportable } from './batch-exporter.js';
import { estimateSpanBytes, type SizedSpan } from './encoded-size.js';
import { ExportQueue } from './export-queue.js';
import { chooseLimits, type PatienceOptions, type QueueOptions } from './queue-options.js';
import { Tally } from './tally.js';

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
 * The exporter is the processor's from then on: an OTLP exporter's own retries are left to the queue. No
 * method throws or rejects.
 * @see https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-processor
 */
export class QueuedSpanProcessor<Span extends QueuedSpan> {
  readonly #queue: ExportQueue<Span>;
  readonly #timeoutMillis: number;

  /**
   * @param exporter any exporter of spans
   * @param options default: as `OTEL_BSP_*` say
   */
  constructor(exporter: BatchExporter<Span>, options: QueueOptions = {}) {
    const limits = chooseLimits('BSP', options);
    const { meterProvider } = options;
    const subject = { signal: 'span', meterProvider, capacity: limits.maxQueueSize } as const;
    this.#timeoutMillis = limits.exportTimeoutMillis;
    this.#queue = new ExportQueue<Span>({
      exporter,
      limits,
      tally: (size) => new Tally({ ...subject, size }),
      estimateBytes: estimateSpanBytes,
    });
  }

  /** How many spans have not arrived yet. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Does nothing. */
  onStart(): void {}

  /** Takes a span, if it is sampled. */
  onEnd(span: Span): void {
    if (span.spanContext().traceFlags & TraceFlags.SAMPLED) this.#queue.add(span);
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
