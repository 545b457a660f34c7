import type { EventHistory } from './event-history.js';
import { hrTimeOf, millisOfNanos, nanosOfMillis } from './hr-time.js';
import type { Intake, ReceivedLogRecord, ReceivedMetric, ReceivedSpan } from './intake.js';
import type { SpanFacts } from './kept-span.js';
import type { MetricStreams } from './metric-streams.js';
import { plainAttributes } from './plain-value.js';
import type { Senders } from './senders.js';
import type { SpanHistory } from './span-history.js';

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES = ['UNSET', 'OK', 'ERROR'];
const MAX_EVENTS = 128;
const MAX_LINKS = 128;

/** Where what was received is kept. */
export interface Histories {
  readonly senders: Senders;
  readonly spans: SpanHistory;
  readonly events: EventHistory;
  readonly metrics: MetricStreams;
}

/** Puts what other programs sent into the histories of the page. */
export class HistoryIntake implements Intake {
  readonly #histories: Histories;

  constructor(histories: Histories) {
    this.#histories = histories;
  }

  span(span: ReceivedSpan): void {
    this.#histories.senders.meet(span.sender);
    const facts = factsOf(span);
    this.#histories.spans.end(facts, () => facts);
  }

  logRecord(record: ReceivedLogRecord): void {
    this.#histories.senders.meet(record.sender);
    const { sender, scope, severityNumber, eventName, body, traceId, spanId } = record;
    this.#histories.events.put({
      hrTime: hrTimeOf(record.timeNanos || record.observedNanos || nanosOfMillis(Date.now())),
      severityNumber,
      body,
      eventName: eventName || undefined,
      attributes: plainAttributes(record.attributes),
      instrumentationScope: { name: scope },
      service: sender.service,
      instance: sender.instance,
      traceId: traceId || undefined,
      spanId: spanId || undefined,
    });
  }

  metric(metric: ReceivedMetric): void {
    this.#histories.senders.meet(metric.sender);
    const { service, instance } = metric.sender;
    this.#histories.metrics.take(metric, { service, instance });
  }
}

function factsOf(span: ReceivedSpan): SpanFacts {
  const { sender, traceId, spanId, scope, parentSpanId, name, status, events, links } = span;
  const start = millisOfNanos(span.startNanos);
  return {
    spanId,
    traceId,
    service: sender.service,
    instance: sender.instance,
    scope,
    parentId: parentSpanId || undefined,
    name,
    kind: KINDS[span.kind] ?? 'UNSPECIFIED',
    start,
    end: Math.max(start, millisOfNanos(span.endNanos)),
    status: STATUSES[status.code] ?? 'UNSET',
    ...(status.message && { statusMessage: status.message }),
    attributes: plainAttributes(span.attributes),
    ...(events.length > 0 && {
      events: events.slice(0, MAX_EVENTS).map(({ timeNanos, name: event, attributes }) => {
        return {
          time: millisOfNanos(timeNanos),
          name: event,
          attributes: plainAttributes(attributes),
        };
      }),
    }),
    ...(links.length > 0 && {
      links: links.slice(0, MAX_LINKS).map((link) => {
        return { traceId: link.traceId, spanId: link.spanId };
      }),
    }),
  };
}
