import type { Readable, Writable } from 'node:stream';
import { CODES, RpcError } from './rpc-error.js';
import type { ExecService } from './service.js';
import type { Transport } from './transport.js';

/**
 * Serves the one client at the other end of two streams, a JSON message a line.
 * @returns a promise that settles when the client is gone
 */
export function serveStdio(service: ExecService, input: Readable, output: Writable): Promise<void> {
  const { frameBytes } = service.limits;
  const tooLong = new RpcError(CODES.limitExceeded, `line is longer than ${frameBytes} bytes`);
  const connection = service.accept(new StdioTransport(input, output, () => connection.drained()));
  return new Promise((resolve) => {
    const gone = () => {
      service.release(connection);
      resolve();
    };
    const read = lineReader(
      frameBytes,
      (line) => connection.receive(line),
      () => connection.refuse(tooLong),
    );
    input.on('data', read);
    input.once('close', gone);
    input.once('end', gone);
    output.once('close', gone);
    for (const stream of [input, output]) stream.on('error', gone);
  });
}

class StdioTransport implements Transport {
  readonly name = 'stdio';
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #sent: () => void;

  constructor(input: Readable, output: Writable, sent: () => void) {
    this.#input = input;
    this.#output = output;
    this.#sent = sent;
  }

  get bufferedBytes(): number {
    return this.#output.writableLength;
  }

  send(text: string): void {
    if (this.#output.writable) this.#output.write(`${text}\n`, this.#sent);
  }

  pause(): void {
    this.#input.pause();
  }

  resume(): void {
    this.#input.resume();
  }

  close(): void {
    this.#input.destroy();
  }
}

/**
 * Cuts a stream into lines, and tells of lines that are longer than they may be instead of keeping them.
 * @param maxBytes longest line
 */
export function lineReader(
  maxBytes: number,
  onLine: (line: string) => void,
  onTooLong: () => void,
): (bytes: Buffer) => void {
  let parts: Buffer[] = [];
  let length = 0;
  let skipping = false;
  const take = (part: Buffer) => {
    length += part.length;
    if (length > maxBytes && !skipping) {
      skipping = true;
      parts = [];
      onTooLong();
    }
    if (!skipping) parts.push(part);
  };
  return (bytes) => {
    let rest = bytes;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      take(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
      const line = Buffer.concat(parts).toString();
      if (!skipping && line.trim() !== '') onLine(line);
      parts = [];
      length = 0;
      skipping = false;
    }
    take(rest);
  };
}
