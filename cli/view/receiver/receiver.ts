import type { IncomingMessage, ServerResponse } from 'node:http';
import { refusalOfForeignNames } from 'otel-exec-cli/page';
import { LIMITS } from '../limits.js';
import { type Encoding, encodingOf } from '../otlp/encodings.js';
import { Malformed, type Message } from '../otlp/fields.js';
import { SIGNALS, type Signal } from '../otlp/signals.js';
import type { Intake } from '../received.js';
import { withBody } from './body.js';
import { Budget } from './budget.js';
import { Refused } from './refused.js';

/** Who is told of each request that was taken. */
export interface Recording {
  /** @param toJson makes the request as OTLP's JSON has it */
  request(toJson: () => object): void;
}

/**
 * The code of a Status, by HTTP's.
 * @see https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
 */
const RPC_CODES: Readonly<Record<number, number>> = { 403: 7, 413: 8, 500: 13, 503: 14 };
const INVALID_ARGUMENT = 3;

/** Takes the requests of OTLP/HTTP. */
export class Receiver {
  readonly #intake: Intake;
  readonly #recording: Recording | undefined;
  readonly #budget = new Budget(LIMITS.readingBytes);

  constructor(intake: Intake, recording?: Recording) {
    this.#intake = intake;
    this.#recording = recording;
  }

  /** Answers a request, if it is one of OTLP's. @returns whether it was */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const path = request.url?.split('?', 1)[0];
    const signal = SIGNALS.find((one) => one.path === path);
    if (signal === undefined) return false;
    void this.#answer(signal, request, response);
    return true;
  }

  async #answer(signal: Signal, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const encoding = encodingOf(request.headers['content-type']);
    try {
      const answer = await this.#take(signal, encoding, request);
      send(response, 200, encoding as Encoding, signal.response, answer);
    } catch (error) {
      if (response.destroyed) return;
      // Who is still sending reads no answer before the end.
      await discarded(request);
      refuse(response, encoding, error);
    }
  }

  #take(signal: Signal, encoding: Encoding | undefined, request: IncomingMessage): Promise<object> {
    if (request.method !== 'POST') throw new Refused(405, 'try POST', { allow: 'POST' });
    const refusal = refusalOfForeignNames(request);
    if (refusal !== undefined) throw new Refused(refusal.status, refusal.reason);
    if (encoding === undefined) {
      throw new Refused(415, 'Content-Type must be application/x-protobuf or application/json');
    }
    return withBody(request, this.#budget, (body) => {
      return this.#deliver(signal, encoding, encoding.decode(signal.request, body));
    });
  }

  #deliver(signal: Signal, encoding: Encoding, message: Message): object {
    const reading = signal.read(message);
    reading.deliver(this.#intake);
    this.#recording?.request(() => encoding.toJson(message));
    if (reading.refused === 0) return {};
    return {
      partialSuccess: { [signal.refused]: String(reading.refused), errorMessage: reading.reason },
    };
  }
}

function refuse(response: ServerResponse, encoding: Encoding | undefined, error: unknown): void {
  const [status, message] =
    error instanceof Refused
      ? [error.status, error.message]
      : error instanceof Malformed
        ? [400, error.message]
        : [500, 'the view could not take this'];
  if (error instanceof Refused) {
    for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  }
  if (encoding === undefined || status === 405) {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
  } else {
    send(response, status, encoding, 'RpcStatus', {
      code: RPC_CODES[status] ?? INVALID_ARGUMENT,
      message,
    });
  }
}

function send(
  response: ServerResponse,
  status: number,
  encoding: Encoding,
  type: string,
  message: object,
): void {
  response
    .writeHead(status, { 'content-type': encoding.contentType })
    .end(encoding.encode(type, message));
}

/** Settles when a request has no more to say. */
function discarded(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    if (request.readableEnded || request.destroyed) resolve();
    request.once('end', resolve).once('close', resolve).resume();
  });
}
