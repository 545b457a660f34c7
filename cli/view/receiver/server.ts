import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VIEW_HEADER } from '../../signals/view.js';
import { LIMITS } from '../limits.js';

/** What answers the requests that are its own; each says whether it did. */
export interface Handler {
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

/** Makes what answers at a URL, which has no slash at its end. */
export type HandlersAt = (url: string) => readonly Handler[];

/** How often Node looks whose time is over. */
const CHECK_MILLIS = 5_000;
const TIMEOUTS = {
  headersTimeout: LIMITS.headersMillis,
  requestTimeout: LIMITS.requestMillis,
  keepAliveTimeout: LIMITS.idleMillis,
  connectionsCheckingInterval: CHECK_MILLIS,
};

/** An HTTP server for whoever is on this machine. */
export class LocalServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * Begins to listen.
   * @param port 0 is any that is free
   * @param handlersAt makes what answers, when it is known where
   * @throws (rejects with) what listening fails with, such as EADDRINUSE
   */
  static async listen(host: string, port: number, handlersAt: HandlersAt): Promise<LocalServer> {
    const server = createServer(TIMEOUTS);
    server.maxConnections = LIMITS.connections;
    await once(server.listen(port, host), 'listening');
    const listening = new LocalServer(server);
    const handlers = handlersAt(listening.url);
    server.on('request', (request, response) => answer(request, response, handlers));
    return listening;
  }

  /** Where it is reached, without a slash at the end. */
  get url(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /** Ends, and every connection with it. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handlers: readonly Handler[],
): void {
  response.on('error', () => {});
  if (request.url === '/') response.setHeader(VIEW_HEADER, '1');
  if (handlers.some((handler) => handler.handle(request, response))) return;
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('nothing here\n');
}
