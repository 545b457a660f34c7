import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { EventHistory } from './event-history.js';
import { millisOf } from './hr-time.js';
import { copyOf, type SpanFacts } from './kept-span.js';
import type { SpanHistory } from './span-history.js';

type Resource = ReadableSpan['resource'];

/** Puts the spans of the program that has the page into a history, as they begin and end. */
export class HistorySpanProcessor implements SpanProcessor {
  readonly #history: SpanHistory;

  constructor(history: SpanHistory) {
    this.#history = history;
  }

  onStart(span: ReadableSpan): void {
    this.#history.begin(span.spanContext(), () => factsOf(span));
  }

  onEnd(span: ReadableSpan): void {
    this.#history.end(span.spanContext(), () => factsOf(span));
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

/** Puts the log records of the program that has the page into a history. */
export class HistoryLogRecordProcessor implements LogRecordProcessor {
  readonly #history: EventHistory;

  constructor(history: EventHistory) {
    this.#history = history;
  }

  /** Every severity is wanted: the page has a filter of its own. */
  enabled(): boolean {
    return true;
  }

  onEmit(record: ReadableLogRecord): void {
    const { hrTime, hrTimeObserved, severityNumber, body, eventName, attributes } = record;
    const { instrumentationScope, spanContext, resource } = record;
    this.#history.put({
      hrTime,
      hrTimeObserved,
      severityNumber,
      body,
      eventName,
      attributes,
      instrumentationScope,
      ...senderOf(resource),
      traceId: spanContext?.traceId,
      spanId: spanContext?.spanId,
    });
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

function senderOf(resource: Resource): Pick<SpanFacts, 'service' | 'instance'> {
  const { 'service.name': service = '', 'service.instance.id': instance } = knownOf(resource);
  return {
    service: String(service),
    instance: instance === undefined ? undefined : String(instance),
  };
}

/** What is known of a resource by now: to ask for all of it while something is pending is told as an error. */
function knownOf(resource: Resource): Readonly<Record<string, unknown>> {
  if (!resource.asyncAttributesPending) return resource.attributes;
  const raw = resource.getRawAttributes().filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(raw.reverse());
}

function factsOf(span: ReadableSpan): SpanFacts {
  const { traceId, spanId } = span.spanContext();
  const parentId = span.parentSpanContext?.spanId;
  const { events, links } = span;
  return {
    spanId,
    traceId: copyOf(traceId),
    ...senderOf(span.resource),
    scope: span.instrumentationScope.name,
    parentId: parentId && copyOf(parentId),
    name: span.name,
    kind: SpanKind[span.kind],
    start: millisOf(span.startTime),
    end: span.ended ? millisOf(span.endTime) : undefined,
    ...statusOf(span),
    attributes: { ...span.attributes },
    ...(events.length > 0 && {
      events: events.map(({ time, name, attributes = {} }) => {
        return { time: millisOf(time), name, attributes };
      }),
    }),
    ...(links.length > 0 && {
      links: links.map(({ context }) => ({ traceId: context.traceId, spanId: context.spanId })),
    }),
  };
}

function statusOf({ status: { code, message } }: ReadableSpan) {
  return { status: SpanStatusCode[code], ...(message && { statusMessage: message }) };
}
