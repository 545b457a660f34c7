/** What is longer than this is not parsed as a whole: that would hold up the program. In bytes. */
export const PARSE_LIMIT = 4 * 1024 * 1024;
/** How much of either end of a longer one is kept. In bytes. */
const END_LENGTH = 1024;

const MEMBER = '"(?:jsonrpc|id|method)"\\s*:\\s*(?:"(?:[^"\\\\]|\\\\.)*"|-?\\d+|null)';
const HEAD = new RegExp(`^\\s*\\{((?:\\s*${MEMBER}\\s*,)*)\\s*"(params|result|error)"\\s*:`);
const TAIL = new RegExp(`((?:,\\s*${MEMBER}\\s*)*)\\}\\s*$`);

const OPENS_OBJECT = 0x7b;
const OPENS_ARRAY = 0x5b;

/** The bytes of a message, as they come. Never holds more than {@link PARSE_LIMIT} of them. */
export class Body {
  #pieces: Buffer[] = [];
  #length = 0;
  #head: Buffer | undefined;

  /** Adds bytes that aren't the last; they are copied, since the program may change them. */
  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#length += piece.length;
    if (this.#length <= PARSE_LIMIT) this.#pieces.push(Buffer.from(piece));
    else this.#shorten(piece);
  }

  /**
   * Takes the last bytes, and begins anew.
   * @returns the message. What is too long has those of the members `jsonrpc`, `id` and `method` that come
   *   before and after its large one. Undefined for what is no JSON object or array
   * @throws RangeError where a message is too long, and has no such members at its ends
   */
  finish(last: Buffer): unknown {
    if (this.#length === 0 && last.length <= PARSE_LIMIT) return parse(last);
    if (this.#length + last.length <= PARSE_LIMIT) {
      const whole = Buffer.concat([...this.#pieces, last]);
      this.#reset();
      return parse(whole);
    }
    this.#shorten(last);
    const [tail] = this.#pieces;
    const head = this.#head;
    this.#reset();
    return skim(String(head), String(tail));
  }

  #shorten(piece: Buffer): void {
    this.#head ??= Buffer.from(Buffer.concat([...this.#pieces, piece]).subarray(0, END_LENGTH));
    const end = Buffer.concat([...this.#pieces, piece.subarray(-END_LENGTH)]);
    this.#pieces = [Buffer.from(end.subarray(-END_LENGTH))];
  }

  #reset(): void {
    this.#pieces = [];
    this.#length = 0;
    this.#head = undefined;
  }
}

function parse(bytes: Buffer): unknown {
  const first = bytes[0];
  const isPadded = first === 0x20 || first === 0x09 || first === 0x0d || first === 0x0a;
  if (first !== OPENS_OBJECT && first !== OPENS_ARRAY && !isPadded) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** Inside of a JSON string a quote is escaped, so that neither pattern finds a member in one. */
function skim(head: string, tail: string): unknown {
  const [, before, large] = HEAD.exec(head) ?? [];
  const [, after] = TAIL.exec(tail) ?? [];
  if (before === undefined || after === undefined || large === undefined) {
    throw new RangeError('neither end of the message names it');
  }
  return JSON.parse(`{${before}"${large}":{}${after}}`);
}
