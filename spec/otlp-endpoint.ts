import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Answers one export request, whose body is given as text. */
export type Answer = (response: ServerResponse, body: string) => void;

/** An HTTP endpoint of OTLP that answers as it is told, and success when it is told nothing. */
export class Endpoint implements AsyncDisposable {
  /** Milliseconds on the monotonic clock at which requests came in. */
  readonly asked: number[] = [];
  readonly #answers: Answer[] = [];
  readonly #otherwise: Answer;
  readonly #server = createServer((request, response) => this.#take(request, response));

  private constructor(otherwise: Answer) {
    this.#otherwise = otherwise;
  }

  /** Starts one on a free port. */
  static async start(otherwise: Answer = (response) => response.end()): Promise<Endpoint> {
    const endpoint = new Endpoint(otherwise);
    await once(endpoint.#server.listen(0, '127.0.0.1'), 'listening');
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Says how the next requests are answered, one each. */
  answer(...answers: Answer[]): void {
    this.#answers.push(...answers);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(performance.now());
    const body = await text(request).catch(() => undefined);
    if (body !== undefined) (this.#answers.shift() ?? this.#otherwise)(response, body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** An answer with a status and a body. */
export function status(code: number, body: string | Uint8Array = '', headers = {}): Answer {
  return (response) => response.writeHead(code, headers).end(body);
}
