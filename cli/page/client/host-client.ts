import { Retrying } from './retrying.js';
import { subprotocols } from './token.js';
import type { EnvironmentInfo, WireMessage, WireParams } from './wire.js';

/** Who is told what comes over the wire. */
export interface RpcListener {
  connected(environment: EnvironmentInfo): void;
  lost(): void;
  notified(method: string, params: WireParams): void;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** A client of the server's own wire: JSON-RPC over WebSocket. */
export class RpcClient {
  readonly #token: () => string | undefined;
  readonly #listener: RpcListener;
  readonly #waiting = new Map<number, Waiting>();
  readonly #retrying = new Retrying(() => this.#open());
  #socket: WebSocket | undefined;
  #nextId = 1;

  constructor(token: () => string | undefined, listener: RpcListener) {
    this.#token = token;
    this.#listener = listener;
  }

  /** Connects, if it is not connected, and from then on whenever the connection is lost. */
  connect(): void {
    if (this.#socket === undefined) this.#retrying.now();
  }

  /** Asks for something. @returns the answer; rejects with what the server says was wrong */
  request(method: string, params: object): Promise<unknown> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) {
      return Promise.reject(new Error('There is no connection to the server.'));
    }
    const id = this.#nextId++;
    socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  }

  #open(): void {
    if (this.#socket !== undefined) return;
    const url = new URL('/', location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.hash = '';
    const socket = new WebSocket(url, subprotocols(this.#token()));
    this.#socket = socket;
    socket.addEventListener('open', () => void this.#initialize());
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(data) as WireMessage));
    socket.addEventListener('close', () => this.#closed());
  }

  async #initialize(): Promise<void> {
    try {
      const answer = await this.request('initialize', { clientName: 'exec-server-page' });
      this.#retrying.succeeded();
      const { environmentInfo } = answer as { environmentInfo: EnvironmentInfo };
      this.#listener.connected(environmentInfo);
    } catch {
      this.#socket?.close();
    }
  }

  #take({ id, method, params, result, error }: WireMessage): void {
    if (method !== undefined && params !== undefined) {
      this.#listener.notified(method, params);
      return;
    }
    const waiting = this.#waiting.get(Number(id));
    this.#waiting.delete(Number(id));
    if (error !== undefined) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }

  #closed(): void {
    this.#socket = undefined;
    for (const { reject } of this.#waiting.values()) reject(new Error('The connection was lost.'));
    this.#waiting.clear();
    this.#listener.lost();
    this.#retrying.failed();
  }
}
