/** A message of OTLP: decoded from protobuf or, with the same names, parsed from JSON. */
export type Message = Readonly<Record<string, unknown>>;

/** A request isn't what OTLP says; the message says in which field. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** Of protobuf's 64 bits, in the two halves that JavaScript can hold. */
interface Long {
  toString(): string;
  toNumber(): number;
}

/** A message in a field; an empty one where there is none. @throws Malformed where it is something else */
export function messageIn(message: Message, field: string): Message {
  const value = own(message, field);
  if (value === undefined) return {};
  if (!isMessage(value)) throw new Malformed(`${field} is no message`);
  return value;
}

/** The messages in a repeated field. @throws Malformed where it is something else */
export function messagesIn(message: Message, field: string): readonly Message[] {
  const values = listIn(message, field);
  if (!values.every(isMessage)) throw new Malformed(`${field} is no list of messages`);
  return values;
}

/** The values of a repeated field. @throws Malformed where it is something else */
export function listIn(message: Message, field: string): readonly unknown[] {
  const value = own(message, field);
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Malformed(`${field} is no list`);
  return value;
}

/** A text; empty where there is none. @throws Malformed where it is something else */
export function textIn(message: Message, field: string): string {
  const value = own(message, field) ?? '';
  if (typeof value !== 'string') throw new Malformed(`${field} is no string`);
  return value;
}

/** Whether a flag is set. @throws Malformed where it is something else */
export function flagIn(message: Message, field: string): boolean {
  const value = own(message, field) ?? false;
  if (typeof value !== 'boolean') throw new Malformed(`${field} is no boolean`);
  return value;
}

/** A number; 0 where there is none. @throws Malformed where it is something else */
export function numberIn(message: Message, field: string): number {
  return optionalNumberIn(message, field) ?? 0;
}

/** A number, if there is one. @throws Malformed where it is something else */
export function optionalNumberIn(message: Message, field: string): number | undefined {
  const value = own(message, field);
  return value === undefined ? undefined : toNumber(value, field);
}

/** A list of numbers. @throws Malformed where it is something else */
export function numbersIn(message: Message, field: string): number[] {
  return listIn(message, field).map((value) => toNumber(value, field));
}

/** Nanoseconds since 1970; 0 where there are none. @throws Malformed where it is something else */
export function nanosIn(message: Message, field: string): bigint {
  const value = own(message, field) ?? 0;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  const text = isLong(value) ? value.toString() : value;
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text)) {
    throw new Malformed(`${field} is no number of nanoseconds`);
  }
  return BigInt(text);
}

/**
 * An id in hexadecimal, if there is a valid one: of that many bytes, not all zero.
 * @throws Malformed where it is something else
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function idIn(message: Message, field: string, bytes: 8 | 16): string | undefined {
  const value = own(message, field) ?? '';
  const id = value instanceof Uint8Array ? hexOf(value) : value;
  if (typeof id !== 'string') throw new Malformed(`${field} is no id`);
  const isValid = id.length === 2 * bytes && /^[\da-f]+$/i.test(id) && !/^0+$/.test(id);
  return isValid ? id.toLowerCase() : undefined;
}

/** What a field holds, if it was sent at all. JSON's null is the same as nothing. */
export function own(message: Message, field: string): unknown {
  return Object.hasOwn(message, field) ? (message[field] ?? undefined) : undefined;
}

/** Whether this is a 64-bit number of protobuf. */
export function isLong(value: unknown): value is Long {
  return (
    typeof value === 'object' &&
    value !== null &&
    'toNumber' in value &&
    typeof value.toNumber === 'function'
  );
}

/** Bytes in hexadecimal. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** A number as protobuf or its JSON has it. @throws Malformed where it is something else */
export function toNumber(value: unknown, field: string): number {
  if (typeof value === 'number') return value;
  if (isLong(value)) return value.toNumber();
  const isNumeral =
    typeof value === 'string' && /^(?:-?\d+(?:[.]\d+)?(?:e[+-]?\d+)?|NaN|-?Infinity)$/i.test(value);
  if (!isNumeral) throw new Malformed(`${field} is no number`);
  return Number(value);
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
