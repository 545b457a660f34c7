import { BoundedHistory, type HistoryLimits } from './bounded-history.js';
import { bytesOfFlat } from './byte-size.js';
import type { SpanRecord } from './client/feed-message.js';
import type { Recorded } from './feed.js';
import { KeptSpan, type SpanFacts, type SpanNote, type SubjectSource } from './kept-span.js';

/** Which span. */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** A span that its events alone tell of. */
export interface ToldSpan extends SpanIds {
  readonly facts: Omit<SpanFacts, keyof SpanIds | 'kind' | 'status' | 'told'>;
}

const BASE_BYTES = 500;

/**
 * Keeps the spans that have ended, and the ones that are still open. Open spans are kept apart, so that a
 * long one outlasts the many short ones that came after it. Of a span that has ended, only its record is
 * kept. Events may come before the span that they belong to, and after its end.
 */
export class SpanHistory {
  readonly #onChange: (span: Recorded<SpanRecord>) => void;
  readonly #host: SubjectSource | undefined;
  readonly #maxOpen: number;
  readonly #open = new Map<string, KeptSpan>();
  readonly #early = new Map<string, SpanNote>();
  readonly #endedByKey = new Map<string, KeptSpan>();
  readonly #ended: BoundedHistory<{ readonly key: string; readonly span: KeptSpan }>;

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
    this.#ended = new BoundedHistory(limits, ({ key, span }) => {
      if (this.#endedByKey.get(key) === span) this.#endedByKey.delete(key);
    });
  }

  /** All spans that are kept, in the order in which they started: parents before their children. */
  spans(): SpanRecord[] {
    return [...this.#endedByKey.values(), ...this.#open.values()]
      .map((span) => span.record())
      .sort((a, b) => a.start - b.start);
  }

  /** A span has begun. @param read how it is now; called only for readers, and at its end */
  begin(ids: SpanIds, read: () => SpanFacts): void {
    this.#begin(keyOf(ids), new KeptSpan(read, this.#host));
  }

  /** A span has ended. */
  end(ids: SpanIds, read: () => SpanFacts): void {
    const key = keyOf(ids);
    const span = this.#open.get(key) ?? this.#endedByKey.get(key) ?? this.#unknown(key, read);
    span.become(read);
    const record = this.#settle(key, span);
    if (record.attributes['error.type'] === 'host_lost') this.#lose(record);
  }

  /** Takes what an event says of a span: one that is open, has ended or is still to come. */
  note(ids: SpanIds, note: SpanNote): void {
    if (note.result === undefined && note.subject === undefined) return;
    const key = keyOf(ids);
    const span = this.#open.get(key) ?? this.#endedByKey.get(key);
    if (span === undefined) {
      forgetOldest(this.#early, this.#maxOpen);
      this.#early.set(key, { ...this.#early.get(key), ...note });
      return;
    }
    span.note(note);
    this.#onChange(span);
  }

  /** Events tell of a span that has begun, or still runs, and has not come itself. */
  tell({ traceId, spanId, facts }: ToldSpan): void {
    const key = keyOf({ traceId, spanId });
    if (this.#endedByKey.has(key)) return;
    const known = this.#open.get(key);
    if (known?.told === false) return;
    const before = known?.record();
    const told = { traceId, spanId, kind: 'INTERNAL', status: 'UNSET', told: true } as const;
    const start = Math.min(facts.start, before?.start ?? facts.start);
    const attributes = { ...before?.attributes, ...facts.attributes };
    const read = () => ({ ...told, ...facts, start, attributes });
    if (known === undefined) {
      this.#begin(key, this.#unknown(key, read, true));
    } else {
      known.become(read);
      this.#onChange(known);
    }
  }

  /** An event tells of the end of a span that has not come itself. @param end milliseconds since 1970 */
  tellEnd(ids: SpanIds, end: number, attributes: SpanFacts['attributes']): void {
    const key = keyOf(ids);
    const span = this.#open.get(key);
    if (!span?.told) return;
    const record = span.record();
    span.become(() => ({ ...record, end, attributes: { ...record.attributes, ...attributes } }));
    this.#settle(key, span);
  }

  #begin(key: string, span: KeptSpan): void {
    forgetOldest(this.#open, this.#maxOpen);
    this.#open.set(key, span);
    this.#onChange(span);
  }

  #unknown(key: string, read: () => SpanFacts, told = false): KeptSpan {
    const span = new KeptSpan(read, this.#host, told);
    span.note(this.#early.get(key) ?? {});
    return span;
  }

  #settle(key: string, span: KeptSpan): SpanRecord {
    this.#open.delete(key);
    this.#early.delete(key);
    const record = span.settle();
    this.#endedByKey.set(key, span);
    this.#ended.put({ key, span }, bytesOf(record));
    this.#onChange(span);
    return record;
  }

  /** The next start of a host tells, in a child span, of what a dead one left open. */
  #lose({ traceId, parentId, end }: SpanRecord): void {
    if (parentId === undefined || end === undefined) return;
    this.tellEnd({ traceId, spanId: parentId }, end, { 'error.type': 'host_lost' });
  }
}

/** What a span is known by. */
export function keyOf({ traceId, spanId }: SpanIds): string {
  return traceId + spanId;
}

// To find its first entry, V8's Map passes over all the deleted ones before it: so, many at once.
function forgetOldest(map: Map<string, unknown>, most: number): void {
  if (map.size < most) return;
  let surplus = Math.ceil(most / 8);
  for (const key of map.keys()) {
    map.delete(key);
    if (--surplus === 0) return;
  }
}

function bytesOf({ name, attributes, hosted, events, links }: SpanRecord): number {
  const bytes = bytesOfFlat(attributes) ?? JSON.stringify(attributes).length;
  const more = events || links ? JSON.stringify([events, links]).length : 0;
  const known = hosted && (bytesOfFlat({ ...hosted }) ?? 0);
  return BASE_BYTES + bytes + more + name.length + (known ?? 0);
}
