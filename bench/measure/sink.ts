import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A local HTTP server that takes whatever is exported to it, and counts. */
export class Sink {
  /** Bodies that arrived and had a mark in them, by mark. */
  readonly marks = new Map<string, number>();
  /** Requests that arrived, by path. */
  readonly paths = new Map<string, number>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param marks texts to count in bodies */
  static async open(marks: readonly string[] = []): Promise<Sink> {
    const server = createServer();
    const sink = new Sink(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        sink.#count(String(request.url), Buffer.concat(chunks), marks);
        const type = request.headers['content-type'] ?? 'application/json';
        response.writeHead(200, { 'content-type': type }).end(type.includes('json') ? '{}' : '');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return sink;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #count(path: string, body: Buffer, marks: readonly string[]): void {
    this.paths.set(path, (this.paths.get(path) ?? 0) + 1);
    for (const mark of marks) {
      const found = body.toString('latin1').split(mark).length - 1;
      this.marks.set(mark, (this.marks.get(mark) ?? 0) + found);
    }
  }
}
