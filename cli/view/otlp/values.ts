import {
  isLong,
  Malformed,
  type Message,
  messageIn,
  messagesIn,
  own,
  textIn,
  toNumber,
} from './fields.js';

/** How deep a value may be nested. */
const MAX_DEPTH = 32;

/** Attributes, or another list of keys and values, as an object. @throws Malformed where they are something else */
export function attributesIn(
  message: Message,
  field = 'attributes',
  depth = 0,
): Record<string, unknown> {
  return Object.fromEntries(
    messagesIn(message, field).map((pair) => [
      textIn(pair, 'key'),
      readValue(messageIn(pair, 'value'), depth),
    ]),
  );
}

/**
 * What an AnyValue holds; null where it holds nothing. Integers that a number can't hold are a bigint, and
 * bytes a Uint8Array.
 * @throws Malformed where it is no AnyValue
 */
export function readValue(value: Message, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new Malformed(`a value is nested more than ${MAX_DEPTH} deep`);
  const [kind, content] = Object.entries(READERS)
    .map(([field, read]) => [read, own(value, field)] as const)
    .find(([, found]) => found !== undefined) ?? [undefined, undefined];
  return kind === undefined ? null : kind(content, value, depth + 1);
}

const READERS: Readonly<
  Record<string, (content: unknown, value: Message, depth: number) => unknown>
> = {
  stringValue: (_, value) => textIn(value, 'stringValue'),
  boolValue: (content) => {
    if (typeof content !== 'boolean') throw new Malformed('boolValue is no boolean');
    return content;
  },
  intValue: readInteger,
  doubleValue: (content) => toNumber(content, 'doubleValue'),
  arrayValue: (_, value, depth) =>
    messagesIn(messageIn(value, 'arrayValue'), 'values').map((one) => readValue(one, depth)),
  kvlistValue: (_, value, depth) => attributesIn(messageIn(value, 'kvlistValue'), 'values', depth),
  bytesValue: (content) => {
    if (content instanceof Uint8Array) return new Uint8Array(content);
    if (typeof content !== 'string') throw new Malformed('bytesValue is no base64');
    return new Uint8Array(Buffer.from(content, 'base64'));
  },
};

function readInteger(content: unknown): number | bigint {
  const text = isLong(content) || typeof content === 'number' ? String(content) : content;
  if (typeof text !== 'string' || !/^-?\d{1,20}$/.test(text)) {
    throw new Malformed('intValue is no integer');
  }
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}
