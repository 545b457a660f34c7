import { EventEmitter, once } from 'node:events';
import { WebSocket } from 'ws';
import { METHODS } from '../../methods.js';
import type { Counted, ProbedServer } from '../probed-server.js';

/** An answer, as it came. */
export interface Answer {
  readonly id: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

interface Told {
  readonly method: string;
  readonly params: { readonly processId: string };
}

/** A way to the server. */
export interface Wire {
  readonly transport: 'websocket' | 'stdio';
  send(text: string): void;
  pause(): void;
  resume(): void;
}

/**
 * A client that counts each request by how it ended: by its answer, or, where it went away, as disconnected.
 * Emits what it is told of a process as `process/exited p`.
 */
export class CountingClient extends EventEmitter {
  readonly wire: Wire;
  /** How many requests it sent. */
  sent = 0;
  readonly #counted: Counted;
  readonly #waiting = new Map<number, { label: string; resolve: (answer: Answer) => void }>();

  constructor(wire: Wire, counted: Counted) {
    super();
    this.setMaxListeners(0);
    this.wire = wire;
    this.#counted = counted;
  }

  /** Sends a request and waits for its answer. Never settles where the client goes away before. */
  request(method: string, params?: object): Promise<Answer> {
    const id = ++this.sent;
    return new Promise((resolve) => {
      this.#waiting.set(id, { label: METHODS.has(method) ? method : 'unknown', resolve });
      this.wire.send(JSON.stringify({ id, method, params }));
    });
  }

  /** Sends what nobody answers. */
  notify(method: string, params: object): void {
    this.wire.send(JSON.stringify({ method, params }));
  }

  /** Waits to be told of a process. Call it before what leads to that. */
  async told(method: string, processId: string): Promise<void> {
    await once(this, `${method} ${processId}`);
  }

  /** Takes what the server sent; an answer that nobody waits for is counted as such. */
  receive(text: string): void {
    const message = JSON.parse(text) as Answer | Told;
    if ('method' in message) {
      this.emit(`${message.method} ${message.params.processId}`);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) {
      this.#counted.requests.count('answered, and nobody asked');
      return;
    }
    this.#waiting.delete(message.id);
    this.#counted.requests.count(`${waiting.label} ${message.error ? 'error' : 'success'}`);
    waiting.resolve(message);
  }

  /** Says how a process ends that it started. */
  expectProcess(result: string): void {
    this.#counted.processes.count(result);
  }

  /** The connection has ended: whoever still waits is told so, unless this client has left. */
  lost(): void {
    const error = { code: 0, message: 'the server ended the connection' };
    for (const [id, { resolve }] of this.#waiting) resolve({ id, error });
    this.#waiting.clear();
  }

  /** Lets go of the connection, rudely or not. Call it once everything sent has been read. */
  async leave(socket: WebSocket, rudely: boolean): Promise<void> {
    const closed = once(socket, 'close');
    for (const { label } of this.#waiting.values()) {
      this.#counted.requests.count(`${label} disconnected`);
    }
    this.#waiting.clear();
    if (rudely) socket.terminate();
    else socket.close();
    await closed;
  }
}

/** Connects a client over WebSocket. */
export async function connect(
  url: string,
  counted: Counted,
): Promise<CountingClient & { socket: WebSocket }> {
  const socket = new WebSocket(url);
  const wire: Wire = {
    transport: 'websocket',
    send: (text) => socket.send(text),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
  const client = Object.assign(new CountingClient(wire, counted), { socket });
  socket.on('message', (data) => client.receive(String(data)));
  socket.on('close', () => client.lost());
  await once(socket, 'open');
  return client;
}

/** The client of a server that serves on its stdio. */
export function attach(server: ProbedServer, counted: Counted): CountingClient {
  const wire: Wire = {
    transport: 'stdio',
    send: (text) => server.child.stdin.write(`${text}\n`),
    pause: () => server.child.stdout.pause(),
    resume: () => server.child.stdout.resume(),
  };
  const client = new CountingClient(wire, counted);
  server.lines.on('line', (line) => client.receive(line));
  server.lines.on('close', () => client.lost());
  return client;
}
