import { once } from 'node:events';
import { WebSocket } from 'ws';

/** An error that the server answered with. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code: number;

  constructor({ code, message }: { code: number; message: string }) {
    super(message);
    this.code = code;
  }
}

/** The connection ended before the answer came. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** A notification from the server. */
export interface Notified {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** How to connect. */
export interface WireClientOptions {
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string | undefined;
  /** Trace context that goes along with every request. */
  readonly trace?: { readonly traceparent: string; readonly tracestate?: string } | undefined;
  readonly onNotification?: ((notified: Notified) => void) | undefined;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** The client's half of the exec server's wire. */
export class WireClient {
  readonly #socket: WebSocket;
  readonly #options: WireClientOptions;
  readonly #waiting = new Map<number, Waiting>();
  /** Settles when the connection has ended. */
  readonly closed: Promise<void>;
  #lastId = 0;

  private constructor(socket: WebSocket, options: WireClientOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('message', (data) => this.#receive(JSON.parse(String(data))));
    socket.on('error', () => {});
    this.closed = once(socket, 'close').then(([, reason]) => this.#end(String(reason)));
  }

  /** Connects. @throws Error where the server can't be reached or refuses */
  static async connect(url: string, options: WireClientOptions = {}): Promise<WireClient> {
    const headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
    const socket = new WebSocket(url, { headers });
    const client = new WireClient(socket, options);
    await once(socket, 'open');
    return client;
  }

  /** Sends a request and waits for its answer. @throws ServerError or ConnectionLost */
  request<Result>(method: string, params: object = {}): Promise<Result> {
    const id = ++this.#lastId;
    const { trace } = this.#options;
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.#socket.send(JSON.stringify({ id, method, params, ...(trace && { trace }) }));
    });
  }

  /** Sends a notification. */
  notify(method: string, params: object = {}): void {
    this.#socket.send(JSON.stringify({ method, params }));
  }

  /** Takes no more messages for the moment, so that the server holds them back. */
  pause(): void {
    this.#socket.pause();
  }

  /** Takes messages again. */
  resume(): void {
    this.#socket.resume();
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }

  /** Gives the connection up without a word. */
  drop(): void {
    this.#socket.terminate();
  }

  #receive(message: {
    id?: number;
    method?: string;
    params?: Record<string, unknown>;
    result?: unknown;
    error?: { code: number; message: string };
  }): void {
    if (typeof message.method === 'string') {
      this.#options.onNotification?.({ method: message.method, params: message.params ?? {} });
      return;
    }
    const waiting = this.#waiting.get(message.id ?? 0);
    this.#waiting.delete(message.id ?? 0);
    if (message.error !== undefined) waiting?.reject(new ServerError(message.error));
    else waiting?.resolve(message.result);
  }

  #end(reason: string): void {
    const lost = new ConnectionLost(reason || 'the server closed the connection');
    for (const { reject } of this.#waiting.values()) reject(lost);
    this.#waiting.clear();
  }
}
