import { KEY_VALUE, STRING_VALUE } from './any-value.js';
import { PagedBytes } from './paged-bytes.js';

/** The longest text whose bytes are not counted before there is room for them. */
const UNCOUNTED = 8 * 1024;
/** The longest text that is written byte by byte: a call of Node's costs as much as so many. */
const SHORT = 32;
const UINT32 = 2 ** 32;

/**
 * Writes one message after the other as Protocol Buffers.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class ProtobufWriter extends PagedBytes {
  /** A number of one byte, below 128. */
  byte(tag: number, value: number): void {
    this.reserve(2);
    this.#tag(tag);
    this.page[this.position++] = value;
  }

  /** A number without a sign below 2^32. */
  uint32(tag: number, value: number): void {
    this.reserve(6);
    this.#tag(tag);
    this.#varint(value);
  }

  /** A whole number from -2^63 up to what is below 2^63, in two's complement. */
  int64(tag: number, value: number): void {
    this.reserve(11);
    this.#tag(tag);
    if (value >= 0 && value < UINT32) {
      this.#varint(value);
      return;
    }
    let low = value >>> 0;
    let high = Math.floor(value / UINT32) >>> 0;
    while (high > 0 || low > 127) {
      this.page[this.position++] = (low & 127) | 128;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.page[this.position++] = low;
  }

  fixed32(tag: number, value: number): void {
    this.reserve(6);
    this.#tag(tag);
    this.#word(value);
  }

  fixed64(tag: number, low: number, high: number): void {
    this.reserve(9);
    this.#tag(tag);
    this.#word(low);
    this.#word(high);
  }

  double(tag: number, value: number): void {
    this.reserve(9);
    this.#tag(tag);
    this.position = this.page.writeDoubleLE(value, this.position);
  }

  /** Bytes with their length. */
  bytes(tag: number, value: Uint8Array): void {
    this.reserve(6 + value.length);
    this.#tag(tag);
    this.#varint(value.length);
    this.page.set(value, this.position);
    this.position += value.length;
  }

  /** Hexadecimal digits as bytes, with their length. */
  hex(tag: number, digits: string): void {
    const length = digits.length >>> 1;
    this.reserve(6 + length);
    this.#tag(tag);
    this.#varint(length);
    const page = this.page;
    const first = this.position;
    for (let at = 0; at < length; at++) {
      const high = DIGITS[digits.charCodeAt(2 * at)] as number;
      page[first + at] = (high << 4) | (DIGITS[digits.charCodeAt(2 * at + 1)] as number);
    }
    this.position = first + length;
  }

  /** A text with its length; a surrogate without its other half becomes U+FFFD, as everywhere in Node. */
  text(tag: number, value: string): void {
    const { length } = value;
    if (length > SHORT) {
      this.#longText(tag, value);
      return;
    }
    this.reserve(2 + length);
    const first = this.position + 2;
    if (writeAscii(this.page, first, value)) {
      this.page[first - 2] = tag;
      this.page[first - 1] = length;
      this.position = first + length;
    } else this.#longText(tag, value);
  }

  /**
   * A KeyValue of two texts, where both are short and of ASCII: what most attributes are.
   * @returns whether it was written
   */
  textAttribute(tag: number, key: string, value: string): boolean {
    const first = key.length;
    const second = value.length;
    if (first > SHORT || second > SHORT) return false;
    this.reserve(8 + first + second);
    const page = this.page;
    const begin = this.position;
    const middle = begin + 4 + first;
    if (!writeAscii(page, begin + 4, key) || !writeAscii(page, middle + 4, value)) return false;
    page[begin] = tag;
    page[begin + 1] = 6 + first + second;
    page[begin + 2] = KEY_VALUE.KEY;
    page[begin + 3] = first;
    page[middle] = KEY_VALUE.VALUE;
    page[middle + 1] = 2 + second;
    page[middle + 2] = STRING_VALUE;
    page[middle + 3] = second;
    this.position = middle + 4 + second;
    return true;
  }

  /**
   * Begins what has its length before it, such as a nested message.
   * @returns where, for {@link ProtobufWriter.end}
   */
  start(tag: number): number {
    this.reserve(2);
    this.#tag(tag);
    this.position++;
    return this.position - this.begin;
  }

  /** Writes the length of what began there and ends here. */
  end(started: number): void {
    const first = this.begin + started;
    const length = this.position - first;
    if (length < 128) this.page[first - 1] = length;
    else this.#moveFor(length, first, 1);
  }

  /** As {@link ProtobufWriter.start}, for what is expected to have 128 bytes or more. */
  startLarge(tag: number): number {
    this.reserve(3);
    this.#tag(tag);
    this.position += 2;
    return this.position - this.begin;
  }

  /** As {@link ProtobufWriter.end}, for what {@link ProtobufWriter.startLarge} began. */
  endLarge(started: number): void {
    const first = this.begin + started;
    const length = this.position - first;
    if (length >= 128 && length < 16_384) {
      this.page[first - 2] = (length & 127) | 128;
      this.page[first - 1] = length >>> 7;
    } else this.#moveFor(length, first, 2);
  }

  #longText(tag: number, value: string): void {
    const sure = varintSize(value.length);
    this.reserve(
      1 + sure + (value.length < UNCOUNTED ? 3 * value.length : Buffer.byteLength(value)),
    );
    this.#tag(tag);
    const first = this.position + sure;
    const length = this.page.write(value, first);
    this.position = first + length;
    this.#moveFor(length, first, sure);
  }

  /** Moves what was written from `first` on to where it belongs behind its length, and writes the length. */
  #moveFor(length: number, first: number, reserved: number): void {
    const begin = first - reserved - this.begin;
    const more = varintSize(length) - reserved;
    if (more !== 0) {
      this.reserve(more);
      const from = this.begin + begin + reserved;
      this.page.copyWithin(from + more, from, this.position);
    }
    const end = this.position + more;
    this.position = this.begin + begin;
    this.#varint(length);
    this.position = end;
  }

  /** The number of a field and its wire type, `number << 3 | type`. */
  #tag(tag: number): void {
    if (tag > 127) this.page[this.position++] = (tag & 127) | 128;
    this.page[this.position++] = tag > 127 ? tag >>> 7 : tag;
  }

  #varint(value: number): void {
    let rest = value >>> 0;
    while (rest > 127) {
      this.page[this.position++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.page[this.position++] = rest;
  }

  #word(value: number): void {
    const page = this.page;
    const at = this.position;
    page[at] = value & 255;
    page[at + 1] = (value >>> 8) & 255;
    page[at + 2] = (value >>> 16) & 255;
    page[at + 3] = (value >>> 24) & 255;
    this.position = at + 4;
  }
}

/** Writes a text of ASCII and nothing else; what was written of another is to be overwritten. */
function writeAscii(page: Uint8Array, first: number, text: string): boolean {
  const { length } = text;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127) return false;
    page[first + at] = code;
  }
  return true;
}

/** How many bytes a number takes that is below 2^32. */
function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

const DIGITS = new Uint8Array(128);
for (let digit = 0; digit < 16; digit++) {
  const character = digit.toString(16);
  DIGITS[character.charCodeAt(0)] = digit;
  DIGITS[character.toUpperCase().charCodeAt(0)] = digit;
}
