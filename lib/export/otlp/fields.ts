import type { HrTime } from '@opentelemetry/api';
import {
  ARRAY_VALUE,
  BOOL_VALUE,
  BYTES_VALUE,
  DOUBLE_VALUE,
  INT_VALUE,
  KEY_VALUE,
  KVLIST_VALUE,
  STRING_VALUE,
  VALUES,
} from './any-value.js';
import type { ProtobufWriter } from './protobuf-writer.js';

const hasOwn = Object.prototype.hasOwnProperty;

/** Whole numbers outside of this range are doubles. */
const LEAST_INT64 = -(2 ** 63);
const BEYOND_INT64 = 2 ** 63;

/** Nanoseconds of a second are 5^9 times 2^9, and a second times 5^9 is exact until the year 2116. */
const FIFTH = 5 ** 9;
const HIGH_OF_FIFTH = 2 ** 23;
const TWO_TO_THE_9 = 2 ** 9;
const UINT32 = 2 ** 32;

/** A time as nanoseconds of the epoch, seconds and nanoseconds of it. */
export function writeTime(writer: ProtobufWriter, tag: number, time: HrTime): void {
  const product = time[0] * FIFTH;
  const high = Math.floor(product / HIGH_OF_FIFTH);
  const low = (product - high * HIGH_OF_FIFTH) * TWO_TO_THE_9 + time[1];
  writer.fixed64(tag, low >>> 0, (high + Math.floor(low / UINT32)) >>> 0);
}

/** A text, unless it is empty or absent; what is none is written as Node would print it. */
export function writeText(writer: ProtobufWriter, tag: number, text: string | undefined): void {
  if (!text) return;
  writer.text(tag, typeof text === 'string' ? text : String(text));
}

/** A number, unless it is zero or absent. */
export function writeCount(writer: ProtobufWriter, tag: number, count: number | undefined): void {
  if (!count) return;
  writer.int64(tag, count);
}

/**
 * Attributes as repeated KeyValue.
 * @param tag of the field that they are
 */
export function writeAttributes(
  writer: ProtobufWriter,
  tag: number,
  attributes: object | undefined,
): void {
  for (const key in attributes) {
    if (!hasOwn.call(attributes, key)) continue;
    const value = (attributes as Record<string, unknown>)[key];
    if (typeof value === 'string' && writer.textAttribute(tag, key, value)) continue;
    const started = writer.start(tag);
    writer.text(KEY_VALUE.KEY, key);
    writeAnyValue(writer, KEY_VALUE.VALUE, value);
    writer.end(started);
  }
}

/**
 * AnyValue, with its length; empty for what it has no place for. A whole number is an integer where it fits into
 * 64 bits, zero without a sign among them, as the official exporters do.
 */
export function writeAnyValue(writer: ProtobufWriter, tag: number, value: unknown): void {
  const started = writer.start(tag);
  switch (typeof value) {
    case 'string':
      writer.text(STRING_VALUE, value);
      break;
    case 'number':
      writeNumber(writer, value);
      break;
    case 'boolean':
      writer.byte(BOOL_VALUE, value ? 1 : 0);
      break;
    case 'object':
      if (value !== null) writeObject(writer, value);
  }
  writer.end(started);
}

function writeNumber(writer: ProtobufWriter, value: number): void {
  if (Number.isInteger(value) && value >= LEAST_INT64 && value < BEYOND_INT64) {
    writer.int64(INT_VALUE, value);
  } else writer.double(DOUBLE_VALUE, value);
}

function writeObject(writer: ProtobufWriter, value: object): void {
  if (value instanceof Uint8Array) {
    writer.bytes(BYTES_VALUE, value);
    return;
  }
  const isArray = Array.isArray(value);
  const started = writer.start(isArray ? ARRAY_VALUE : KVLIST_VALUE);
  if (isArray) {
    for (const one of value) writeAnyValue(writer, VALUES, one);
  } else writeAttributes(writer, VALUES, value);
  writer.end(started);
}
