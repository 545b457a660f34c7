const plainLength = 48;
const maxDepth = 32;
const maxParts = 10_000;

/** How far a value's reading has come: what it is inside of, and how much may still be read. */
interface Reading {
  readonly within: object[];
  left: number;
}

/** A string as JSON; control characters, newlines and lone surrogates are escaped. */
export function quote(text: string): string {
  if (text.length > plainLength) return JSON.stringify(text);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code <= 0xdfff)) {
      return JSON.stringify(text);
    }
  }
  return `"${text}"`;
}

/**
 * Any value as JSON on one line. Never throws and always ends: a cycle, a depth over 32 and what
 * follows after 10 000 parts are strings in brackets, as is what can't be read.
 *
 * 64-bit integers, bytes and numbers that JSON lacks are strings, as in OTLP's JSON: decimal, base64,
 * `NaN`, `Infinity`, `-Infinity`. Dates and what has a `toJSON` are what JSON makes of them; an error
 * is `name: message`.
 *
 * Law: https://protobuf.dev/programming-guides/json/
 *
 * @returns undefined for what JSON leaves out: undefined, functions and symbols
 */
export function writeJson(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return Number.isFinite(value) ? `${value}` : `"${value}"`;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return `"${value}"`;
    case 'object':
      return value === null ? 'null' : writeObject(value, { within: [], left: maxParts });
    default:
      return undefined;
  }
}

function writeObject(value: object, reading: Reading): string | undefined {
  if (reading.within.includes(value)) return '"[Circular]"';
  if (reading.within.length >= maxDepth || reading.left-- <= 0) return '"[Truncated]"';
  reading.within.push(value);
  try {
    return writeKind(value, reading);
  } catch {
    return '"[Unreadable]"';
  } finally {
    reading.within.pop();
  }
}

function writeKind(value: object, reading: Reading): string | undefined {
  if (ArrayBuffer.isView(value)) return quote(encodeBytes(value));
  if (Array.isArray(value)) return writeItems(value, reading);
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return writePart(value.toJSON(), reading);
  }
  if (value instanceof Error) return quote(`${value.name}: ${value.message}`);
  if (value instanceof Set) return writeItems(value, reading);
  if (value instanceof Map) return writeMembers(value, reading);
  return writeMembers(Object.entries(value), reading);
}

function writePart(value: unknown, reading: Reading): string | undefined {
  if (typeof value === 'object' && value !== null) return writeObject(value, reading);
  return reading.left-- <= 0 ? '"[Truncated]"' : writeJson(value);
}

function writeItems(items: Iterable<unknown>, reading: Reading): string {
  const parts: string[] = [];
  for (const item of items) {
    parts.push(writePart(item, reading) ?? 'null');
    if (reading.left < 0) break;
  }
  return `[${parts.join(',')}]`;
}

function writeMembers(members: Iterable<readonly [unknown, unknown]>, reading: Reading): string {
  const parts: string[] = [];
  for (const [key, member] of members) {
    const part = writePart(member, reading);
    if (part !== undefined) parts.push(`${quote(String(key))}:${part}`);
    if (reading.left < 0) break;
  }
  return `{${parts.join(',')}}`;
}

function encodeBytes(view: ArrayBufferView): string {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('base64');
}
