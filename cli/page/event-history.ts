import { formatLine, type LineRecord } from 'otel-exec/lines';
import { BoundedHistory, type HistoryLimits } from './bounded-history.js';
import { bytesOfFlat } from './byte-size.js';
import type { EventRecord } from './client/feed-message.js';
import type { Recorded } from './feed.js';
import { millisOf } from './hr-time.js';
import { lifeSignOf } from './life-sign.js';
import type { SpanHistory } from './span-history.js';

/** A log record, and whose it is. */
export interface EventFacts extends LineRecord {
  readonly service: string;
  readonly instance?: string | undefined;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
}

/** Who is told of events. */
export interface EventListener {
  /** An event came in. */
  event(event: Recorded<EventRecord>): void;
  /** Takes what an event says of its span. */
  readonly spans: Pick<SpanHistory, 'note' | 'tell' | 'tellEnd'>;
}

const BASE_BYTES = 400;
const INFO = 9;

/** Keeps the log records that came; they become lines when somebody reads them. */
export class EventHistory {
  readonly #listener: EventListener;
  readonly #subjectAttribute: string;
  readonly #events: BoundedHistory<KeptEvent>;
  #lastId = 0;

  /** @param subjectAttribute name of the attribute that carries the subject of a host, where there is one */
  constructor(limits: HistoryLimits, listener: EventListener, subjectAttribute = '') {
    this.#listener = listener;
    this.#subjectAttribute = subjectAttribute;
    this.#events = new BoundedHistory(limits);
  }

  /** All events that are kept, the oldest first. */
  *events(): Generator<EventRecord> {
    for (const event of this.#events.values()) yield event.record();
  }

  /** The scopes that they came from. */
  targets(): Set<string> {
    return new Set(this.#events.values().map(({ facts }) => facts.instrumentationScope.name));
  }

  /** A log record came. */
  put(facts: EventFacts): void {
    const event = new KeptEvent(++this.#lastId, facts);
    this.#events.put(event, bytesOf(facts));
    this.#tellSpan(event);
    this.#listener.event(event);
  }

  #tellSpan({ facts, time }: KeptEvent): void {
    const { traceId, spanId, attributes, eventName, service, instance } = facts;
    if (traceId === undefined || spanId === undefined) return;
    const { spans } = this.#listener;
    const { result, duration_ms: duration, [this.#subjectAttribute]: subject } = attributes;
    spans.note({ traceId, spanId }, { result: textOf(result), subject: textOf(subject) });
    const scope = facts.instrumentationScope.name;
    const sign = lifeSignOf({ eventName, time, attributes });
    if (sign !== undefined) {
      spans.tell({ traceId, spanId, facts: { ...sign, service, instance, scope, attributes } });
    } else if (typeof result === 'string' && duration !== undefined) {
      spans.tellEnd({ traceId, spanId }, time, attributes);
    }
  }
}

/** A log record, and what the page makes of it. */
class KeptEvent implements Recorded<EventRecord> {
  readonly facts: EventFacts;
  readonly #id: number;

  constructor(id: number, facts: EventFacts) {
    this.#id = id;
    this.facts = facts;
  }

  get time(): number {
    const { hrTime, hrTimeObserved } = this.facts;
    return millisOf(hrTime) || millisOf(hrTimeObserved ?? [0, 0]);
  }

  record(): EventRecord {
    const { severityNumber, instrumentationScope, service, traceId, spanId } = this.facts;
    return {
      id: this.#id,
      time: this.time,
      severity: severityNumber || INFO,
      target: instrumentationScope.name,
      service,
      traceId,
      spanId,
      line: formatLine(this.facts),
    };
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function bytesOf(facts: EventFacts): number {
  const { attributes, body } = facts;
  const bytes = bytesOfFlat(attributes);
  return typeof body === 'string' && bytes !== undefined
    ? BASE_BYTES + bytes + body.length
    : BASE_BYTES + formatLine(facts).length;
}
