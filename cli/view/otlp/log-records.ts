import type { ReceivedLogRecord } from '../received.js';
import { idIn, type Message, messageIn, nanosIn, numberIn, textIn } from './fields.js';
import { type Reading, readingOf } from './reading.js';
import { itemsOf, type SignalLists, type Sourced } from './sources.js';
import { attributesIn, readValue } from './values.js';

const LISTS: SignalLists = {
  byResource: 'resourceLogs',
  byScope: 'scopeLogs',
  items: 'logRecords',
};

/** Reads an ExportLogsServiceRequest. An id that isn't valid is left out. @throws Malformed */
export function readLogRecords(request: Message): Reading {
  const records = Array.from(itemsOf(request, LISTS), readLogRecord);
  return readingOf(records, '', (intake, record) => intake.logRecord(record));
}

function readLogRecord({ sender, scope, item }: Sourced): ReceivedLogRecord {
  const [severityText, eventName] = [textIn(item, 'severityText'), textIn(item, 'eventName')];
  const [traceId, spanId] = [idIn(item, 'traceId', 16), idIn(item, 'spanId', 8)];
  return {
    sender,
    scope,
    timeNanos: nanosIn(item, 'timeUnixNano'),
    observedNanos: nanosIn(item, 'observedTimeUnixNano'),
    severityNumber: numberIn(item, 'severityNumber'),
    ...(severityText !== '' && { severityText }),
    ...(eventName !== '' && { eventName }),
    body: readValue(messageIn(item, 'body')),
    attributes: attributesIn(item),
    ...(traceId !== undefined && { traceId }),
    ...(spanId !== undefined && { spanId }),
  };
}
