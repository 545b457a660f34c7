import type { Readable, Writable } from 'node:stream';
import { lineReader } from './lines.js';
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
