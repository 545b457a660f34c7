import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One request as it came. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Takes requests over HTTP, or over HTTPS where it has a certificate, and keeps them. */
export class OtlpReceiver implements AsyncDisposable {
  readonly received: Received[] = [];
  /** The connections that were made, in order. */
  readonly sockets: Socket[] = [];
  /** How many of the next requests get no answer. */
  unanswered = 0;
  readonly #server: Server;
  readonly #scheme: string;

  private constructor(tls?: ServerOptions) {
    const take: RequestListener = async (request, response) => {
      const { url: path = '', headers } = request;
      const isAnswered = this.unanswered-- <= 0;
      this.received.push({ path, headers, body: await buffer(request) });
      if (isAnswered) response.end();
    };
    this.#server = tls === undefined ? createServer(take) : createSecureServer(tls, take);
    this.#scheme = tls === undefined ? 'http' : 'https';
    this.#server.on('connection', (socket) => this.sockets.push(socket));
  }

  /** Starts one on a free port. */
  static async start(tls?: ServerOptions): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver(tls);
    await once(receiver.#server.listen(0, '127.0.0.1'), 'listening');
    return receiver;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#scheme}://127.0.0.1:${port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
