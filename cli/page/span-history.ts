import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { BoundedHistory, type HistoryLimits } from './bounded-history.js';
import { bytesOfFlat } from './byte-size.js';
import type { SpanRecord } from './client/feed-message.js';
import type { Recorded } from './feed.js';

/** What an event says of its span. */
export interface SpanNote {
  readonly result: string | undefined;
  readonly processId: string | undefined;
}

const BASE_BYTES = 400;

/**
 * Keeps the spans that an exporter would get, and the ones that are still open. Open spans are kept
 * apart, so that a long one outlasts the many short ones that came after it. Of a span that has ended,
 * only its record is kept.
 */
export class SpanHistory implements SpanProcessor {
  readonly #onChange: (span: Recorded<SpanRecord>) => void;
  readonly #maxOpen: number;
  readonly #open = new Map<string, NotedSpan>();
  readonly #ended: BoundedHistory<SpanRecord>;

  /** @param onChange is told of every span that started, was noted or ended */
  constructor(limits: HistoryLimits, onChange: (span: Recorded<SpanRecord>) => void) {
    this.#onChange = onChange;
    this.#maxOpen = limits.count;
    this.#ended = new BoundedHistory(limits);
  }

  /** All spans that are kept, in the order in which they started: parents before their children. */
  spans(): SpanRecord[] {
    const open = Array.from(this.#open.values(), (span) => span.record());
    return [...this.#ended.values(), ...open].sort((a, b) => a.start - b.start);
  }

  /** Takes what an event says of a span that is still open. */
  note(spanId: string, note: SpanNote): void {
    const open = this.#open.get(spanId);
    if (open === undefined) return;
    open.note(note);
    this.#onChange(open);
  }

  onStart(span: ReadableSpan): void {
    const open = new NotedSpan(span);
    if (this.#open.size >= this.#maxOpen) this.#forgetOldestOpen();
    this.#open.set(span.spanContext().spanId, open);
    this.#onChange(open);
  }

  onEnd(span: ReadableSpan): void {
    const { spanId } = span.spanContext();
    const ended = this.#open.get(spanId) ?? new NotedSpan(span);
    this.#open.delete(spanId);
    const record = ended.record();
    this.#ended.put(record, bytesOf(record));
    this.#onChange(ended);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  // To find its first entry, V8's Map passes over all the deleted ones before it: so, many at once.
  #forgetOldestOpen(): void {
    let surplus = Math.ceil(this.#maxOpen / 8);
    for (const spanId of this.#open.keys()) {
      this.#open.delete(spanId);
      if (--surplus === 0) return;
    }
  }
}

/** A span of the SDK, and what events said of it. */
class NotedSpan implements Recorded<SpanRecord> {
  readonly #span: ReadableSpan;
  #result: string | undefined;
  #processId: string | undefined;

  constructor(span: ReadableSpan) {
    this.#span = span;
  }

  note({ result, processId }: SpanNote): void {
    this.#result = result ?? this.#result;
    this.#processId = processId ?? this.#processId;
  }

  record(): SpanRecord {
    const span = this.#span;
    const { traceId, spanId } = span.spanContext();
    const parentId = span.parentSpanContext?.spanId;
    return {
      spanId,
      traceId: copyOf(traceId),
      parentId: parentId && copyOf(parentId),
      name: span.name,
      kind: SpanKind[span.kind],
      start: millisOf(span.startTime),
      end: span.ended ? millisOf(span.endTime) : undefined,
      status: SpanStatusCode[span.status.code],
      attributes: { ...span.attributes },
      result: this.#result,
      processId: this.#processId,
    };
  }
}

// An id that came with a message is a slice of what it came in, which a V8 slice keeps alive as a whole:
// https://github.com/nodejs/node/issues/31891
function copyOf(text: string): string {
  return ` ${text}`.slice(1);
}

function bytesOf({ name, attributes, processId = '' }: SpanRecord): number {
  const bytes = bytesOfFlat(attributes) ?? JSON.stringify(attributes).length;
  return BASE_BYTES + bytes + name.length + processId.length;
}

/** Milliseconds since 1970 of OpenTelemetry's time. */
export function millisOf([seconds, nanos]: readonly [number, number]): number {
  return seconds * 1e3 + nanos / 1e6;
}
