import { hexOf, isLong, type Message } from './fields.js';

/**
 * A message decoded from protobuf, as OTLP's JSON has it: ids in hexadecimal, other bytes in base64, 64-bit
 * integers as their digits.
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function plainOf(message: Message): object {
  return Object.fromEntries(
    Object.entries(message)
      .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
      .map(([field, value]) => [field, plainValue(field, value)]),
  );
}

function plainValue(field: string, value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return /(?:trace|span)Id$/i.test(field) ? hexOf(value) : Buffer.from(value).toString('base64');
  }
  if (isLong(value)) return value.toString();
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return value.map((one) => plainValue(field, one));
  return typeof value === 'object' && value !== null ? plainOf(value as Message) : value;
}
