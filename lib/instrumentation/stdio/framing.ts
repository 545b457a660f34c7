import { Body } from './body.js';

/** Is told of each message that has come to its end. */
export interface MessageSink {
  /**
   * @param message what was parsed; undefined for what is no JSON object or array
   * @param end where in the chunk its last byte was, and one more
   */
  message(message: unknown, end: number): void;
  /** A message was too long to be read. */
  skipped(): void;
}

/** Finds messages in bytes that come in chunks. */
export interface Framing {
  /** Tells of the messages that end in a chunk, in order. Throws what `sink` throws, and can go on then. */
  read(chunk: Buffer, sink: MessageSink): void;
}

const LINE_FEED = 0x0a;

/**
 * A message a line.
 * @see https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#stdio
 */
export class LineFraming implements Framing {
  readonly #body = new Body();

  read(chunk: Buffer, sink: MessageSink): void {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, from);
      if (end < 0) break;
      const last = chunk.subarray(from, end);
      from = end + 1;
      tell(this.#body, last, from, sink);
    }
    this.#body.add(chunk.subarray(from));
  }
}

const HEADER_END = '\r\n\r\n';
const CONTENT_LENGTH = /(?:^|\n)content-length:[ \t]*(\d{1,15})[ \t]*\r\n/gi;
/** How much is searched for the end of a header, in bytes. */
const HEADER_LIMIT = 4096;

/**
 * A message after a header that has its length in bytes. What is no header is passed over.
 * @see https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#baseProtocol
 */
export class HeaderFraming implements Framing {
  readonly #body = new Body();
  #header = '';
  #left: number | undefined;

  read(chunk: Buffer, sink: MessageSink): void {
    let from = 0;
    while (from < chunk.length) {
      if (this.#left === undefined) from = this.#readHeader(chunk, from);
      else from = this.#readBody(chunk, from, this.#left, sink);
    }
  }

  #readHeader(chunk: Buffer, from: number): number {
    const before = this.#header.length;
    const text = this.#header + chunk.toString('latin1', from, from + HEADER_LIMIT);
    const end = text.indexOf(HEADER_END);
    if (end < 0) {
      this.#header = text.slice(-HEADER_LIMIT);
      return from + text.length - before;
    }
    this.#header = '';
    const length = [...text.slice(0, end + 2).matchAll(CONTENT_LENGTH)].at(-1)?.[1];
    if (length !== undefined && Number(length) > 0) this.#left = Number(length);
    return from + end + HEADER_END.length - before;
  }

  #readBody(chunk: Buffer, from: number, left: number, sink: MessageSink): number {
    const end = from + left;
    if (end > chunk.length) {
      this.#body.add(chunk.subarray(from));
      this.#left = end - chunk.length;
      return chunk.length;
    }
    this.#left = undefined;
    tell(this.#body, chunk.subarray(from, end), end, sink);
    return end;
  }
}

function tell(body: Body, last: Buffer, end: number, sink: MessageSink): void {
  let message: unknown;
  try {
    message = body.finish(last);
  } catch {
    sink.skipped();
  }
  sink.message(message, end);
}
