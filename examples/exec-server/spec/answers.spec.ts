import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { Access } from '../access.js';
import type { Limits } from '../limits.js';
import { ExecService } from '../service.js';
import { serveWebSocket } from '../websocket.js';

const MANY = 20;

interface Answer {
  readonly id?: number | string | null;
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}

/** A server and a client that sends frames together, with what passes the server's socket counted. */
class Exchange implements AsyncDisposable {
  readonly client: WebSocket;
  readonly answers: Answer[] = [];
  chunks = 0;
  writes = 0;
  readonly #clientSocket: Duplex;
  readonly #close: () => Promise<void>;

  private constructor(client: WebSocket, clientSocket: Duplex, close: () => Promise<void>) {
    this.client = client;
    this.#clientSocket = clientSocket;
    this.#close = close;
    client.on('message', (data) => this.answers.push(JSON.parse(String(data))));
  }

  static async start(limits: Partial<Limits> = {}): Promise<Exchange> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const service = new ExecService({ limits });
    serveWebSocket(server, service, new Access({ token: undefined, allowedOrigins: [] }));
    const upgraded = once(server, 'upgrade');
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    const client = new WebSocket(`ws://127.0.0.1:${port}`, { createConnection: () => socket });
    const opened = once(client, 'open');
    const [, serverSocket] = await upgraded;
    await opened;
    const exchange = new Exchange(client, socket, async () => {
      client.terminate();
      await service.stop();
      server.closeAllConnections();
      server.close();
    });
    exchange.#count(serverSocket);
    return exchange;
  }

  /** Sends texts so that they arrive as one. */
  send(texts: readonly string[]): void {
    this.#clientSocket.cork();
    for (const text of texts) this.client.send(text);
    this.#clientSocket.uncork();
  }

  async answered(count: number): Promise<void> {
    while (this.answers.length < count) await once(this.client, 'message');
  }

  #count(socket: Duplex): void {
    const { _write, _writev } = socket;
    if (_writev === undefined) throw new Error('not a socket');
    socket.on('data', () => this.chunks++);
    socket._write = (...args) => {
      this.writes++;
      _write.apply(socket, args);
    };
    socket._writev = (...args) => {
      this.writes++;
      _writev.apply(socket, args);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

function asks(count: number): string[] {
  const method = 'environment/info';
  return Array.from({ length: count }, (_, at) => JSON.stringify({ id: at + 1, method }));
}

describe('exec-server answers over WebSocket', () => {
  it('leave in one write where their requests came in one chunk', async () => {
    await using exchange = await Exchange.start();
    for (const round of [1, 2]) {
      exchange.send(asks(MANY));
      await exchange.answered(round * MANY);
      expect(exchange.chunks).to.be.below(round * MANY);
      expect(exchange.writes).to.equal(exchange.chunks);
    }
    const ids = Array.from({ length: MANY }, (_, at) => at + 1);
    expect(exchange.answers.map(({ id }) => id)).to.deep.equal([...ids, ...ids]);
  });

  it('come as soon as they are known where they are known later', async () => {
    await using exchange = await Exchange.start();
    const ask = (id: string, method: string, params: object) =>
      JSON.stringify({ id, method, params: { processId: 'p', ...params } });
    const start = { argv: ['cat'], cwd: 'file:///', pipeStdin: true };
    exchange.send([ask('start', 'process/start', start)]);
    await exchange.answered(1);
    const chunk = Buffer.from('hi').toString('base64');
    exchange.send([
      ask('read', 'process/read', { waitMs: 60_000 }),
      ask('write', 'process/write', { chunk }),
    ]);
    const ids = () => exchange.answers.flatMap(({ id }) => id ?? []);
    while (ids().length < 3) await once(exchange.client, 'message');
    expect(ids().toSorted()).to.deep.equal(['read', 'start', 'write']);
  });

  it('all come though they are more than may wait for the client', async () => {
    await using exchange = await Exchange.start({ outboundBytes: 1_000 });
    exchange.send(asks(MANY));
    await exchange.answered(MANY);
    exchange.send(asks(MANY));
    await exchange.answered(2 * MANY);
  });

  it('still come where the connection is closed for what followed in the same chunk', async () => {
    await using exchange = await Exchange.start({ frameBytes: 200 });
    const closed = once(exchange.client, 'close');
    exchange.send([...asks(2), 'x'.repeat(201)]);
    const [code] = await closed;
    expect(code).to.equal(1009);
    expect(exchange.answers.map(({ id, error }) => [id, error?.code])).to.deep.equal([
      [1, undefined],
      [2, undefined],
      [null, -32000],
    ]);
  });
});
