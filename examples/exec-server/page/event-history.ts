import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { formatLine } from 'otel-exec/lines';
import { BoundedHistory, type HistoryLimits } from './bounded-history.js';
import type { EventRecord } from './client/feed-message.js';
import { millisOf, type SpanNote } from './span-history.js';

/** Who is told of events. */
export interface EventListener {
  /** An event came in. */
  event(event: EventRecord): void;
  /** An event says something of its span. */
  note(spanId: string, note: SpanNote): void;
}

const BASE_BYTES = 120;
const INFO = 9;

/** Keeps the log records that an exporter would get, as lines. */
export class EventHistory implements LogRecordProcessor {
  readonly #listener: EventListener;
  readonly #events: BoundedHistory<number, EventRecord>;
  #lastId = 0;

  constructor(limits: HistoryLimits, listener: EventListener) {
    this.#listener = listener;
    this.#events = new BoundedHistory(limits);
  }

  /** All events that are kept, the oldest first. */
  events(): EventRecord[] {
    return [...this.#events.values()];
  }

  /** The scopes that they came from. */
  targets(): Set<string> {
    return new Set(this.events().map(({ target }) => target));
  }

  /** Every severity is wanted: the page has a filter of its own. */
  enabled(): boolean {
    return true;
  }

  onEmit(record: ReadableLogRecord): void {
    const spanId = record.spanContext?.spanId;
    const event: EventRecord = {
      id: ++this.#lastId,
      time: millisOf(record.hrTime),
      severity: record.severityNumber || INFO,
      target: record.instrumentationScope.name,
      ...(spanId !== undefined && { spanId }),
      line: formatLine(record),
    };
    this.#events.put(event.id, event, BASE_BYTES + event.line.length);
    if (spanId !== undefined) this.#note(spanId, record.attributes);
    this.#listener.event(event);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  #note(spanId: string, { result, process_id }: ReadableLogRecord['attributes']): void {
    this.#listener.note(spanId, {
      ...(typeof result === 'string' && { result }),
      ...(typeof process_id === 'string' && { processId: process_id }),
    });
  }
}
