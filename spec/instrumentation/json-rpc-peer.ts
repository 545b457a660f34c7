import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';
import { join, sep } from 'node:path';

const require = createRequire(import.meta.url);

/** What the specs use of `vscode-jsonrpc`, of any version. */
export interface JsonRpcPackage {
  createMessageConnection(
    reader: unknown,
    writer: unknown,
    logger?: unknown,
    options?: unknown,
  ): MessageConnection;
  readonly StreamMessageReader: new (stream: unknown) => object;
  readonly StreamMessageWriter: new (stream: unknown) => object;
  readonly ResponseError: new (code: number, message: string) => Error;
  readonly CancellationTokenSource: new () => { readonly token: unknown; cancel(): void };
  readonly IPCMessageReader: new (process: unknown) => object;
}

export interface CancellationToken {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): unknown;
}

export interface MessageConnection {
  onRequest(method: string, handler: (...args: never[]) => unknown): unknown;
  onNotification(method: string, handler: (...args: never[]) => unknown): unknown;
  sendRequest(method: string, ...params: unknown[]): Promise<unknown>;
  onClose(listener: () => void): unknown;
  onDispose(listener: () => void): unknown;
  listen(): void;
  dispose(): void;
}

/** Holds a request until it is cancelled. */
export function held(token: CancellationToken, { ResponseError }: JsonRpcPackage): Promise<never> {
  return new Promise((_, reject) => {
    const cancel = () => reject(new ResponseError(-32800, 'cancelled'));
    if (token.isCancellationRequested) cancel();
    else token.onCancellationRequested(cancel);
  });
}

/** A version of `vscode-jsonrpc`: its public face and the file that is patched. */
export function loadJsonRpc(alias: string): { main: JsonRpcPackage; connection: object } {
  const path = require.resolve(alias);
  const root = path.slice(0, path.lastIndexOf(`${sep}lib${sep}`));
  return {
    main: require(join(root, 'lib/node/main.js')),
    connection: require(join(root, 'lib/common/connection.js')),
  };
}

/** A peer that writes whatever a test wants over a real socket, and reads what comes back. */
export class Peer implements AsyncDisposable {
  readonly #server: Server;
  /** The end that it writes to and reads from. */
  readonly near: Socket;
  /** The other end, for the connection under test. */
  readonly far: Socket;
  readonly #received: Record<string, unknown>[] = [];
  #bytes = Buffer.alloc(0);

  private constructor(server: Server, near: Socket, far: Socket) {
    this.#server = server;
    this.near = near;
    this.far = far;
    near.on('data', (bytes) => this.#read(bytes));
    far.on('error', () => {});
  }

  static async open(): Promise<Peer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const accepted = once(server, 'connection');
    const near = openSocket(port, '127.0.0.1');
    const [[far]] = await Promise.all([accepted, once(near, 'connect')]);
    return new Peer(server, near, far as Socket);
  }

  send(...messages: unknown[]): void {
    const frames = messages.map((message) => {
      const body = JSON.stringify(message);
      return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    });
    this.near.write(frames.join(''));
  }

  /** The first message that fits and that was not taken before. */
  async take(
    fits: (message: Record<string, unknown>) => boolean = () => true,
  ): Promise<Record<string, unknown>> {
    for (;;) {
      const index = this.#received.findIndex(fits);
      const [found] = index < 0 ? [] : this.#received.splice(index, 1);
      if (found !== undefined) return found;
      await once(this.near, 'data');
    }
  }

  answerTo(id: unknown): Promise<Record<string, unknown>> {
    return this.take((message) => message.id === id && !('method' in message));
  }

  async close(): Promise<void> {
    const closed = this.far.destroyed || once(this.far, 'close');
    this.near.destroy();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    this.#server.close();
  }

  #read(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (;;) {
      const head = this.#bytes.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/.exec(this.#bytes.toString('latin1'))?.[1]);
      if (head < 0 || this.#bytes.length < head + 4 + length) return;
      this.#received.push(JSON.parse(this.#bytes.subarray(head + 4, head + 4 + length).toString()));
      this.#bytes = this.#bytes.subarray(head + 4 + length);
    }
  }
}
