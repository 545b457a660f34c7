import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Takes requests and keeps what they had. */
export class Sink implements AsyncDisposable {
  readonly #bodies: Buffer[] = [];
  readonly #server = createServer(async (request, response) => {
    this.#bodies.push(await buffer(request));
    response.end();
  });

  /** Starts one on a free port. */
  static async start(): Promise<Sink> {
    const sink = new Sink();
    await once(sink.#server.listen(0, '127.0.0.1'), 'listening');
    return sink;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What has come since it was last asked. */
  take(): Buffer[] {
    return this.#bodies.splice(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
