import { once } from 'node:events';
import { ExecTelemetry } from 'otel-exec';
import { SignalCapture } from 'otel-exec/testing';
import { WebSocket } from 'ws';
import { type Notified, WireClient } from '../client/wire-client.js';
import type { Limits } from '../limits.js';
import { METHOD_NAMES } from '../methods.js';
import { type RunningServer, type ServerOptions, startServer } from '../server.js';

/** The remote parent that clients send along. */
export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
export const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;

/** Limits under which no spec waits long. */
const QUICK: Partial<Limits> = { killGraceMillis: 300 };

/** A real server in this process, with everything that it measures captured. */
export class Serving implements AsyncDisposable {
  readonly capture: SignalCapture;
  readonly server: RunningServer;

  private constructor(capture: SignalCapture, server: RunningServer) {
    this.capture = capture;
    this.server = server;
  }

  static async start({ limits, ...options }: ServerOptions = {}): Promise<Serving> {
    const capture = new SignalCapture().register();
    const telemetry = new ExecTelemetry({ methods: METHOD_NAMES });
    const server = await startServer({ telemetry, limits: { ...QUICK, ...limits }, ...options });
    return new Serving(capture, server);
  }

  /** Connects a client. */
  async connect(token?: string): Promise<Client> {
    const client = new Client();
    await client.connect(this.server.url, token);
    return client;
  }

  /** Connects without any manners. */
  async connectRaw(): Promise<RawClient> {
    const socket = new WebSocket(this.server.url);
    const client = new RawClient(socket);
    await once(socket, 'open');
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
    await this.capture[Symbol.asyncDispose]();
  }
}

/** A client that remembers what it was told. */
export class Client {
  readonly notifications: Notified[] = [];
  #wire: WireClient | undefined;
  #wake: (() => void)[] = [];

  async connect(url: string, token?: string): Promise<void> {
    this.#wire = await WireClient.connect(url, {
      token,
      trace: { traceparent: TRACEPARENT },
      onNotification: (notified) => {
        this.notifications.push(notified);
        for (const wake of this.#wake.splice(0)) wake();
      },
    });
  }

  get wire(): WireClient {
    if (this.#wire === undefined) throw new Error('not connected');
    return this.#wire;
  }

  request<Result = Record<string, unknown>>(method: string, params?: object): Promise<Result> {
    return this.wire.request<Result>(method, params);
  }

  /** Starts a shell script; more members override what `process/start` is sent. */
  start(processId: string, script: string, more: object = {}): Promise<unknown> {
    return this.request('process/start', {
      processId,
      argv: ['sh', '-c', script],
      cwd: 'file:///tmp',
      env: { PATH: process.env.PATH },
      ...more,
    });
  }

  /** Waits for a notification about a process, one that came already or one to come. */
  async notified(method: string, processId: string): Promise<Notified['params']> {
    for (;;) {
      const found = this.notifications.find(
        (one) => one.method === method && one.params.processId === processId,
      );
      if (found !== undefined) return found.params;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** Waits until the output of a process contains a text. */
  async printed(processId: string, text: string): Promise<void> {
    while (!this.output(processId).includes(text)) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** What a process wrote up to now, to all its streams. */
  output(processId: string): string {
    return this.notifications
      .filter(({ method, params }) => method === 'process/output' && params.processId === processId)
      .map(({ params }) => Buffer.from(String(params.chunk), 'base64').toString())
      .join('');
  }

  close(): Promise<void> {
    return this.wire.close();
  }
}

/** A connection that sends whatever it is given. */
export class RawClient {
  readonly socket: WebSocket;
  readonly #messages: unknown[] = [];
  #wake: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data) => {
      this.#messages.push(JSON.parse(String(data)));
      for (const wake of this.#wake.splice(0)) wake();
    });
  }

  /** Sends it and gives the next message that comes. */
  async ask(sent: string | Buffer | object): Promise<unknown> {
    const raw = typeof sent === 'string' || Buffer.isBuffer(sent);
    this.socket.send(raw ? sent : JSON.stringify(sent));
    return this.next();
  }

  /** The next message. */
  async next(): Promise<unknown> {
    while (this.#messages.length === 0) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    return this.#messages.shift();
  }
}
