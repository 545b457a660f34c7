import { applyEdits, type JSONPath, modify } from 'jsonc-parser';

/** Where the header of a message may be searched for, in bytes; see the limit of `otel-exec/stdio`. */
const HEADER_LIMIT = 4096;
const HEADER =
  /(?:^|\n)(?:[^\r\n]+\r\n)*?content-length:[ \t]*(\d+)[ \t]*\r\n(?:[^\r\n]+\r\n)*\r\n/i;
const LENGTH = /(content-length:[ \t]*)\d+/i;

/**
 * Puts texts into a JSON message, as members of an object that is made where it isn't there. Every other byte stays
 * where it is, but the length that a header says.
 * @param bytes one message, with its header or its line's end
 * @param path which object, from the message down
 * @returns the same bytes where they can't be changed so: they aren't UTF-8, or aren't what a header says
 */
export function splice(
  bytes: Buffer,
  path: JSONPath,
  members: Readonly<Record<string, string>>,
): Buffer {
  const header = HEADER.exec(bytes.toString('latin1', 0, HEADER_LIMIT));
  const start = header === null ? 0 : header.index + header[0].length;
  const body = bytes.subarray(start);
  let text = body.toString();
  if (!Buffer.from(text).equals(body)) return bytes;
  if (header !== null && Number(header[1]) !== body.length) return bytes;
  for (const [name, value] of Object.entries(members)) {
    text = applyEdits(text, modify(text, [...path, name], value, {}));
  }
  const changed = Buffer.from(text);
  const before = bytes.toString('latin1', 0, start).replace(LENGTH, `$1${changed.length}`);
  return Buffer.concat([Buffer.from(before, 'latin1'), changed]);
}
