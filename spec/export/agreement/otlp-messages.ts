import protobuf from 'protobufjs';

type Fields = Readonly<Record<string, readonly [id: number, type: string, repeated?: 'repeated']>>;

/**
 * What spans and log records are sent as, by opentelemetry-proto's numbers and types.
 * @see https://github.com/open-telemetry/opentelemetry-proto/tree/v1.9.0/opentelemetry/proto
 */
const MESSAGES: Readonly<Record<string, Fields>> = {
  AnyValue: {
    stringValue: [1, 'string'],
    boolValue: [2, 'bool'],
    intValue: [3, 'int64'],
    doubleValue: [4, 'double'],
    arrayValue: [5, 'ArrayValue'],
    kvlistValue: [6, 'KeyValueList'],
    bytesValue: [7, 'bytes'],
  },
  ArrayValue: { values: [1, 'AnyValue', 'repeated'] },
  KeyValueList: { values: [1, 'KeyValue', 'repeated'] },
  KeyValue: { key: [1, 'string'], value: [2, 'AnyValue'] },
  InstrumentationScope: {
    name: [1, 'string'],
    version: [2, 'string'],
    attributes: [3, 'KeyValue', 'repeated'],
    droppedAttributesCount: [4, 'uint32'],
  },
  Resource: {
    attributes: [1, 'KeyValue', 'repeated'],
    droppedAttributesCount: [2, 'uint32'],
  },
  Event: {
    timeUnixNano: [1, 'fixed64'],
    name: [2, 'string'],
    attributes: [3, 'KeyValue', 'repeated'],
    droppedAttributesCount: [4, 'uint32'],
  },
  Link: {
    traceId: [1, 'bytes'],
    spanId: [2, 'bytes'],
    traceState: [3, 'string'],
    attributes: [4, 'KeyValue', 'repeated'],
    droppedAttributesCount: [5, 'uint32'],
    flags: [6, 'fixed32'],
  },
  Status: { message: [2, 'string'], code: [3, 'uint32'] },
  Span: {
    traceId: [1, 'bytes'],
    spanId: [2, 'bytes'],
    traceState: [3, 'string'],
    parentSpanId: [4, 'bytes'],
    name: [5, 'string'],
    kind: [6, 'uint32'],
    startTimeUnixNano: [7, 'fixed64'],
    endTimeUnixNano: [8, 'fixed64'],
    attributes: [9, 'KeyValue', 'repeated'],
    droppedAttributesCount: [10, 'uint32'],
    events: [11, 'Event', 'repeated'],
    droppedEventsCount: [12, 'uint32'],
    links: [13, 'Link', 'repeated'],
    droppedLinksCount: [14, 'uint32'],
    status: [15, 'Status'],
    flags: [16, 'fixed32'],
  },
  LogRecord: {
    timeUnixNano: [1, 'fixed64'],
    severityNumber: [2, 'uint32'],
    severityText: [3, 'string'],
    body: [5, 'AnyValue'],
    attributes: [6, 'KeyValue', 'repeated'],
    droppedAttributesCount: [7, 'uint32'],
    flags: [8, 'fixed32'],
    traceId: [9, 'bytes'],
    spanId: [10, 'bytes'],
    observedTimeUnixNano: [11, 'fixed64'],
    eventName: [12, 'string'],
  },
  ScopeSpans: {
    scope: [1, 'InstrumentationScope'],
    spans: [2, 'Span', 'repeated'],
    schemaUrl: [3, 'string'],
  },
  ScopeLogs: {
    scope: [1, 'InstrumentationScope'],
    logRecords: [2, 'LogRecord', 'repeated'],
    schemaUrl: [3, 'string'],
  },
  ResourceSpans: {
    resource: [1, 'Resource'],
    scopeSpans: [2, 'ScopeSpans', 'repeated'],
    schemaUrl: [3, 'string'],
  },
  ResourceLogs: {
    resource: [1, 'Resource'],
    scopeLogs: [2, 'ScopeLogs', 'repeated'],
    schemaUrl: [3, 'string'],
  },
  ExportTraceServiceRequest: { resourceSpans: [1, 'ResourceSpans', 'repeated'] },
  ExportLogsServiceRequest: { resourceLogs: [1, 'ResourceLogs', 'repeated'] },
};

/** The kind of value that an AnyValue has is told, also where the value is the type's default. */
const ONE_OF = { AnyValue: { value: { oneof: Object.keys(MESSAGES.AnyValue ?? {}) } } };

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(MESSAGES).map(([name, fields]) => [
      name,
      {
        ...(name in ONE_OF && { oneofs: ONE_OF[name as keyof typeof ONE_OF] }),
        fields: Object.fromEntries(
          Object.entries(fields).map(([field, [id, type, rule]]) => [
            field,
            { id, type, ...(rule && { rule }) },
          ]),
        ),
      },
    ]),
  ),
});

/** The requests that are sent. */
export type RequestName = 'ExportTraceServiceRequest' | 'ExportLogsServiceRequest';

/** Decodes a request, with the default of what it doesn't have. */
export function decodeRequest(name: RequestName, data: Uint8Array): object {
  const message = root.lookupType(name);
  return message.toObject(message.decode(data), {
    longs: String,
    bytes: String,
    defaults: true,
    oneofs: true,
  });
}
