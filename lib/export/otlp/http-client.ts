import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { OtlpTarget } from './otlp-target.js';

/** Bytes of an answer that are read at most. */
const LARGEST_ANSWER = 4 * 1024 * 1024;
/** Milliseconds that a timer can wait at most. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** What an endpoint has answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Uint8Array;
  /** Whether nobody reads what was sent any more: it went out whole, and at once. */
  readonly isDone: boolean;
}

type Answer = Omit<HttpAnswer, 'isDone'>;

interface Requester {
  readonly agent: Agent;
  request(url: URL, options: RequestOptions): ClientRequest;
}

/**
 * Posts to one URL over a connection that is kept. Its socket doesn't keep the program alive: who waits for an
 * answer does that.
 */
export class HttpClient {
  readonly #target: OtlpTarget;
  #requester: Requester | undefined;

  constructor(target: OtlpTarget) {
    this.#target = target;
  }

  /**
   * Sends one request.
   * @param encoding of the body, if it has one
   * @throws Error where there is no answer in time
   */
  async post(
    body: readonly Uint8Array[],
    encoding: string | undefined,
    withinMillis: number,
  ): Promise<HttpAnswer> {
    this.#requester ??= await makeRequester(this.#target);
    const { agent, request } = this.#requester;
    const length = body.reduce((sum, chunk) => sum + chunk.length, 0);
    const headers = {
      ...this.#target.headers,
      'content-length': length,
      ...(encoding !== undefined && { 'content-encoding': encoding }),
    };
    const late = AbortSignal.timeout(Math.min(Math.ceil(withinMillis), LONGEST_TIMER));
    for (let isFirst = true; ; isFirst = false) {
      const sent = request(this.#target.url, { method: 'POST', agent, headers, signal: late });
      try {
        const answer = await answerTo(sent, body);
        return { ...answer, isDone: isFirst && sent.writableFinished };
      } catch (error) {
        if (late.aborted) throw new Error('the export took too long');
        if (!isOutworn(sent, error)) throw error;
      }
    }
  }

  /** Closes the connection. */
  close(): void {
    this.#requester?.agent.destroy();
  }
}

async function makeRequester({ url, tls }: OtlpTarget): Promise<Requester> {
  const options = { keepAlive: true, maxSockets: 1 };
  if (url.protocol === 'http:') {
    const { Agent, request } = await import('node:http');
    return { agent: new Agent(options), request };
  }
  const { Agent, request } = await import('node:https');
  return { agent: new Agent({ ...options, ...tls }), request };
}

/**
 * Whether the endpoint had closed a connection that was kept, which isn't known before it is used again.
 * @see https://nodejs.org/api/http.html#requestreusedsocket
 */
function isOutworn({ reusedSocket }: ClientRequest, error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
}

function answerTo(sent: ClientRequest, body: readonly Uint8Array[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    sent.on('socket', (socket) => socket.unref());
    sent.on('error', reject);
    sent.on('response', (response) => read(response).then(resolve, reject));
    sent.cork();
    for (const chunk of body) sent.write(chunk);
    sent.end();
    sent.uncork();
  });
}

async function read(response: IncomingMessage): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > LARGEST_ANSWER) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  const { statusCode: status = 0, statusMessage: statusText = '', headers } = response;
  return { status, statusText, headers, body: Buffer.concat(chunks) };
}
