import { type HrTime, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { BoundedHistory, type HistoryLimits } from './bounded-history.js';
import type { SpanRecord } from './client/feed-message.js';

/** What an event says of its span. */
export type SpanNote = Pick<SpanRecord, 'result' | 'processId'>;

interface OpenSpan {
  readonly span: ReadableSpan;
  readonly note: SpanNote;
}

const BASE_BYTES = 300;

/**
 * Keeps the spans that an exporter would get, and the ones that are still open. Open spans are kept
 * apart, so that a long one outlasts the many short ones that came after it.
 */
export class SpanHistory implements SpanProcessor {
  readonly #onChange: (span: SpanRecord) => void;
  readonly #open: BoundedHistory<string, OpenSpan>;
  readonly #ended: BoundedHistory<string, SpanRecord>;

  /** @param onChange is told of every span that started, was noted or ended */
  constructor(limits: HistoryLimits, onChange: (span: SpanRecord) => void) {
    this.#onChange = onChange;
    this.#open = new BoundedHistory(limits);
    this.#ended = new BoundedHistory(limits);
  }

  /** All spans that are kept, in the order in which they started: parents before their children. */
  spans(): SpanRecord[] {
    const open = Array.from(this.#open.values(), recordOf);
    return [...this.#ended.values(), ...open].sort((a, b) => a.start - b.start);
  }

  /** Takes what an event says of a span that is still open. */
  note(spanId: string, note: SpanNote): void {
    const open = this.#open.get(spanId);
    if (open === undefined) return;
    const noted = { span: open.span, note: { ...open.note, ...note } };
    this.#open.replace(spanId, noted);
    this.#onChange(recordOf(noted));
  }

  onStart(span: ReadableSpan): void {
    const open = { span, note: {} };
    this.#open.put(span.spanContext().spanId, open, BASE_BYTES);
    this.#onChange(recordOf(open));
  }

  onEnd(span: ReadableSpan): void {
    const { spanId } = span.spanContext();
    const note = this.#open.get(spanId)?.note ?? {};
    this.#open.delete(spanId);
    const record = recordOf({ span, note });
    this.#ended.put(spanId, record, BASE_BYTES + JSON.stringify(record.attributes).length);
    this.#onChange(record);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

function recordOf({ span, note }: OpenSpan): SpanRecord {
  const { traceId, spanId } = span.spanContext();
  return {
    spanId,
    traceId,
    ...(span.parentSpanContext && { parentId: span.parentSpanContext.spanId }),
    name: span.name,
    kind: SpanKind[span.kind],
    start: millisOf(span.startTime),
    ...(span.ended && { end: millisOf(span.endTime) }),
    status: SpanStatusCode[span.status.code],
    attributes: { ...span.attributes },
    ...note,
  };
}

/** Milliseconds since 1970 of OpenTelemetry's time. */
export function millisOf([seconds, nanos]: HrTime): number {
  return seconds * 1e3 + nanos / 1e6;
}
