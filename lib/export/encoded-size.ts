/** Bytes of a field's tag and length. */
const FIELD = 4;
/** Bytes of a number, a boolean, or what can't be encoded. */
const SCALAR = 10;
/** Bytes of ids, times, kind, flags and status, with their tags. */
const SPAN = 90;
const LINK = 50;
const EVENT = 20;
const RECORD = 90;
/** How deep a value is looked into. */
const DEPTH = 8;

/** What a span's size is estimated by. */
export interface SizedSpan {
  readonly name: string;
  readonly attributes: object;
  readonly events: readonly { readonly name: string; readonly attributes?: object }[];
  readonly links: readonly { readonly attributes?: object }[];
}

/** What a log record's size is estimated by. */
export interface SizedLogRecord {
  readonly body?: unknown;
  readonly eventName?: string | undefined;
  readonly attributes: object;
}

/** About how many bytes a span has in OTLP's protobuf, without its resource and scope. Never throws. */
export function estimateSpanBytes(span: Partial<SizedSpan>): number {
  try {
    let bytes = SPAN + textBytes(span.name) + valueBytes(span.attributes, DEPTH);
    for (const { name, attributes } of span.events ?? []) {
      bytes += EVENT + textBytes(name) + valueBytes(attributes, DEPTH);
    }
    for (const { attributes } of span.links ?? []) bytes += LINK + valueBytes(attributes, DEPTH);
    return bytes;
  } catch {
    return SPAN;
  }
}

/** About how many bytes a log record has in OTLP's protobuf, without its resource and scope. Never throws. */
export function estimateLogRecordBytes(record: Partial<SizedLogRecord>): number {
  try {
    const { body, eventName, attributes } = record;
    return RECORD + textBytes(eventName) + valueBytes(body, DEPTH) + valueBytes(attributes, DEPTH);
  } catch {
    return RECORD;
  }
}

function textBytes(text: string | undefined): number {
  return text === undefined ? 0 : FIELD + Buffer.byteLength(text);
}

function valueBytes(value: unknown, depth: number): number {
  if (typeof value === 'string') return textBytes(value);
  if (typeof value !== 'object' || value === null || depth === 0) return SCALAR;
  if (value instanceof Uint8Array) return FIELD + value.byteLength;
  let bytes = FIELD;
  if (Array.isArray(value)) {
    for (const one of value) bytes += FIELD + valueBytes(one, depth - 1);
    return bytes;
  }
  for (const key in value) {
    bytes +=
      FIELD + textBytes(key) + valueBytes((value as Record<string, unknown>)[key], depth - 1);
  }
  return bytes;
}
