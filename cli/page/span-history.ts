import { diag, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { BoundedHistory, type HistoryLimits } from './bounded-history.js';
import { bytesOfFlat } from './byte-size.js';
import type { HostedRecord, SpanRecord } from './client/feed-message.js';
import type { Recorded } from './feed.js';
import type { PageHost, Subject } from './page-host.js';

/** What an event says of its span. */
export interface SpanNote {
  readonly result: string | undefined;
  /** The host's id of what the span is about. */
  readonly subject: string | undefined;
}

/** What a host knows; see `PageHost`. */
export type SubjectSource = Pick<PageHost, 'subjectAttribute' | 'find'>;

const BASE_BYTES = 400;
const MAX_NAME_LENGTH = 1_000;

/**
 * Keeps the spans that an exporter would get, and the ones that are still open. Open spans are kept
 * apart, so that a long one outlasts the many short ones that came after it. Of a span that has ended,
 * only its record is kept.
 */
export class SpanHistory implements SpanProcessor {
  readonly #onChange: (span: Recorded<SpanRecord>) => void;
  readonly #host: SubjectSource | undefined;
  readonly #maxOpen: number;
  readonly #open = new Map<string, NotedSpan>();
  readonly #ended: BoundedHistory<SpanRecord>;

  /**
   * @param onChange is told of every span that started, was noted or ended
   * @param host who knows the subjects of spans
   */
  constructor(
    limits: HistoryLimits,
    onChange: (span: Recorded<SpanRecord>) => void,
    host?: SubjectSource,
  ) {
    this.#onChange = onChange;
    this.#host = host;
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
    const open = new NotedSpan(span, this.#host);
    if (this.#open.size >= this.#maxOpen) this.#forgetOldestOpen();
    this.#open.set(span.spanContext().spanId, open);
    this.#onChange(open);
  }

  onEnd(span: ReadableSpan): void {
    const { spanId } = span.spanContext();
    const ended = this.#open.get(spanId) ?? new NotedSpan(span, this.#host);
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
  readonly #host: SubjectSource | undefined;
  #result: string | undefined;
  #subject: string | undefined;

  constructor(span: ReadableSpan, host: SubjectSource | undefined) {
    this.#span = span;
    this.#host = host;
  }

  note({ result, subject }: SpanNote): void {
    this.#result = result ?? this.#result;
    this.#subject = subject ?? this.#subject;
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
      hosted: this.#hosted(),
    };
  }

  #hosted(): HostedRecord | undefined {
    const host = this.#host;
    if (host === undefined) return undefined;
    const subject = this.#subject ?? this.#span.attributes[host.subjectAttribute];
    const known = typeof subject === 'string' ? findIn(host, subject) : undefined;
    if (known === undefined) return undefined;
    return {
      subject: copyOf(subject as string),
      name: known.name?.slice(0, MAX_NAME_LENGTH),
      actionable: known.actionable && !this.#span.ended,
      hasOutput: known.output !== undefined,
    };
  }
}

function findIn(host: SubjectSource, subject: string): Subject | undefined {
  try {
    return host.find(subject);
  } catch (error) {
    diag.error('the host of the page could not say what it knows of a subject', error);
    return undefined;
  }
}

// An id that came with a message is a slice of what it came in, which a V8 slice keeps alive as a whole:
// https://github.com/nodejs/node/issues/31891
function copyOf(text: string): string {
  return ` ${text}`.slice(1);
}

function bytesOf({ name, attributes, hosted }: SpanRecord): number {
  const bytes = bytesOfFlat(attributes) ?? JSON.stringify(attributes).length;
  const known = hosted && (bytesOfFlat({ ...hosted }) ?? 0);
  return BASE_BYTES + bytes + name.length + (known ?? 0);
}

/** Milliseconds since 1970 of OpenTelemetry's time. */
export function millisOf([seconds, nanos]: readonly [number, number]): number {
  return seconds * 1e3 + nanos / 1e6;
}
