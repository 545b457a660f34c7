import type { ReceivedSpan } from '../received.js';
import { idIn, type Message, messageIn, messagesIn, nanosIn, numberIn, textIn } from './fields.js';
import { type Reading, readingOf } from './reading.js';
import { itemsOf, type SignalLists, type Sourced } from './sources.js';
import { attributesIn } from './values.js';

const LISTS: SignalLists = { byResource: 'resourceSpans', byScope: 'scopeSpans', items: 'spans' };

/** Reads an ExportTraceServiceRequest. A span without a valid id is refused. @throws Malformed */
export function readSpans(request: Message): Reading {
  return readingOf(
    Array.from(itemsOf(request, LISTS), readSpan),
    'a span needs a trace id of 16 bytes and a span id of 8, not all zero',
    (intake, span) => intake.span(span),
  );
}

function readSpan({ sender, scope, item }: Sourced): ReceivedSpan | undefined {
  const [traceId, spanId] = [idIn(item, 'traceId', 16), idIn(item, 'spanId', 8)];
  const parentSpanId = idIn(item, 'parentSpanId', 8);
  const span = {
    sender,
    scope,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name: textIn(item, 'name'),
    kind: numberIn(item, 'kind'),
    startNanos: nanosIn(item, 'startTimeUnixNano'),
    endNanos: nanosIn(item, 'endTimeUnixNano'),
    attributes: attributesIn(item),
    events: messagesIn(item, 'events').map(readEvent),
    links: messagesIn(item, 'links').flatMap(readLink),
    status: readStatus(messageIn(item, 'status')),
  };
  return traceId === undefined || spanId === undefined ? undefined : { ...span, traceId, spanId };
}

function readEvent(event: Message): ReceivedSpan['events'][number] {
  return {
    timeNanos: nanosIn(event, 'timeUnixNano'),
    name: textIn(event, 'name'),
    attributes: attributesIn(event),
  };
}

function readLink(link: Message): ReceivedSpan['links'][number][] {
  const [traceId, spanId] = [idIn(link, 'traceId', 16), idIn(link, 'spanId', 8)];
  if (traceId === undefined || spanId === undefined) return [];
  return [{ traceId, spanId, attributes: attributesIn(link) }];
}

function readStatus(status: Message): ReceivedSpan['status'] {
  const message = textIn(status, 'message');
  return { code: numberIn(status, 'code'), ...(message !== '' && { message }) };
}
