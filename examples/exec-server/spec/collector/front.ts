import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { untilEvent } from './waiting.js';

/** What a front answers instead of the collector. */
export interface Refusal {
  readonly status: number;
  /** Seconds. */
  readonly retryAfter: number;
}

/** One export request that came in. */
export interface Asked {
  readonly path: string;
  /** Milliseconds on the monotonic clock. */
  readonly at: number;
  readonly refusal: Refusal | undefined;
  readonly headers: IncomingMessage['headers'];
}

/**
 * An HTTP server in front of a real collector, which can be told to refuse: no setting makes a collector
 * answer 429 or 503 with Retry-After when a test wants it to. Whatever isn't refused goes through.
 */
export class Front implements AsyncDisposable {
  readonly asked: Asked[] = [];
  /** Chooses what is refused. Default: nothing. */
  refuse: (path: string) => Refusal | undefined = () => undefined;
  readonly #target: number;
  readonly #server = createServer((incoming, response) => this.#take(incoming, response));

  private constructor(target: number) {
    this.#target = target;
  }

  /** Starts one on a free port, in front of what listens on `target` or will. */
  static async start(target: number): Promise<Front> {
    const front = new Front(target);
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Waits until a path was asked for so many times. */
  wasAsked(path: string, times: number): Promise<void> {
    const count = () => this.asked.filter((one) => one.path === path).length;
    return untilEvent(
      this.#server,
      'request',
      () => count() >= times,
      () => `${count()} requests for ${path}`,
    );
  }

  #take(incoming: IncomingMessage, response: ServerResponse): void {
    const { url: path = '', method, headers } = incoming;
    const refusal = this.refuse(path);
    this.asked.push({ path, at: performance.now(), refusal, headers });
    if (refusal !== undefined) {
      incoming.resume();
      response.writeHead(refusal.status, { 'retry-after': String(refusal.retryAfter) }).end();
      return;
    }
    const onward = request({ host: '127.0.0.1', port: this.#target, path, method, headers });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    incoming.pipe(onward);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
