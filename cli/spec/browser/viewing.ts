import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LivePage, type LivePageOptions } from 'otel-exec-cli/page';

/** A page that shows what its intake is given, served on a free port. */
export class Viewing implements AsyncDisposable {
  readonly page: LivePage;
  readonly #server: ReturnType<typeof createServer>;

  private constructor(page: LivePage, server: ReturnType<typeof createServer>) {
    this.page = page;
    this.#server = server;
    server.on('request', (request, response) => {
      if (!page.handle(request, response)) response.writeHead(404).end();
    });
  }

  /** @param port the port to listen on; 0 picks a free one */
  static async open(options: LivePageOptions = {}, port = 0): Promise<Viewing> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new Viewing(new LivePage({ title: 'otel-exec view', ...options }), server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Breaks every connection; new ones are taken. */
  disconnect(): void {
    this.#server.closeAllConnections();
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
