import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { formatLine, type LineRecord } from 'otel-exec/lines';
import { BoundedHistory, type HistoryLimits } from './bounded-history.js';
import { bytesOfFlat } from './byte-size.js';
import type { EventRecord } from './client/feed-message.js';
import type { Recorded } from './feed.js';
import { millisOf, type SpanNote } from './span-history.js';

/** Who is told of events. */
export interface EventListener {
  /** An event came in. */
  event(event: Recorded<EventRecord>): void;
  /** An event says something of its span. */
  note(spanId: string, note: SpanNote): void;
}

const BASE_BYTES = 400;
const INFO = 9;

/** Keeps the log records that an exporter would get; they become lines when somebody reads them. */
export class EventHistory implements LogRecordProcessor {
  readonly #listener: EventListener;
  readonly #subjectAttribute: string | undefined;
  readonly #events: BoundedHistory<KeptEvent>;
  #lastId = 0;

  /** @param subjectAttribute name of the attribute that carries the subject of a host, where there is one */
  constructor(limits: HistoryLimits, listener: EventListener, subjectAttribute?: string) {
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
    return new Set(
      this.#events.values().map(({ instrumentationScope }) => instrumentationScope.name),
    );
  }

  /** Every severity is wanted: the page has a filter of its own. */
  enabled(): boolean {
    return true;
  }

  onEmit(record: ReadableLogRecord): void {
    const event = new KeptEvent(++this.#lastId, record);
    this.#events.put(event, bytesOf(record));
    const spanId = record.spanContext?.spanId;
    if (spanId !== undefined) this.#listener.note(spanId, noteOf(record, this.#subjectAttribute));
    this.#listener.event(event);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

/** The part of a log record that its line is made of. */
class KeptEvent implements LineRecord, Recorded<EventRecord> {
  readonly hrTime: LineRecord['hrTime'];
  readonly hrTimeObserved: LineRecord['hrTime'];
  readonly severityNumber: number | undefined;
  readonly body: unknown;
  readonly eventName: string | undefined;
  readonly attributes: LineRecord['attributes'];
  readonly instrumentationScope: LineRecord['instrumentationScope'];
  readonly #id: number;
  readonly #spanId: string | undefined;

  constructor(id: number, record: ReadableLogRecord) {
    this.hrTime = record.hrTime;
    this.hrTimeObserved = record.hrTimeObserved;
    this.severityNumber = record.severityNumber;
    this.body = record.body;
    this.eventName = record.eventName;
    this.attributes = record.attributes;
    this.instrumentationScope = record.instrumentationScope;
    this.#id = id;
    this.#spanId = record.spanContext?.spanId;
  }

  record(): EventRecord {
    return {
      id: this.#id,
      time: millisOf(this.hrTime),
      severity: this.severityNumber || INFO,
      target: this.instrumentationScope.name,
      spanId: this.#spanId,
      line: formatLine(this),
    };
  }
}

function noteOf({ attributes }: ReadableLogRecord, subjectAttribute = ''): SpanNote {
  const { result, [subjectAttribute]: subject } = attributes;
  return {
    result: typeof result === 'string' ? result : undefined,
    subject: typeof subject === 'string' ? subject : undefined,
  };
}

function bytesOf(record: ReadableLogRecord): number {
  const { attributes, body } = record;
  const bytes = bytesOfFlat(attributes);
  return typeof body === 'string' && bytes !== undefined
    ? BASE_BYTES + bytes + body.length
    : BASE_BYTES + formatLine(record).length;
}
