import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** What a request was answered with. */
export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** How something is asked; everything is optional. */
export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Sends one request, with whatever headers. */
export async function ask(url: string, { method = 'GET', headers = {}, body }: Asking = {}) {
  const asked = request(url, { method, headers, agent: false });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const { statusCode: status } = response;
  return { status, headers: response.headers, body: await buffer(response) } satisfies Answer;
}

/** Posts JSON, or what is to be taken for it. */
export function post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return ask(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
}
