import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { diag } from '@opentelemetry/api';
import type { HostAnswer, OfferRecord, OutputMessage } from './client/feed-message.js';
import { drained } from './feed.js';
import type { Choice, PageHost } from './page-host.js';
import { sendJson, sendText } from './responses.js';

const MAX_BODY_BYTES = 64 * 1024;
const MAX_OUTPUT_READERS = 64;

/** What a page tells its readers that its host offers. */
export function offerOf(host: PageHost | undefined): OfferRecord {
  const { commands, actions = [] } = host ?? {};
  return {
    commands: commands && {
      placeholder: commands.placeholder ?? 'Type a command and press Enter',
      modes: commands.modes ?? [],
      examples: commands.examples ?? [],
    },
    actions: actions.map(({ name, label, ends = false, choices = [] }) => ({
      name,
      label,
      ends,
      choices,
    })),
  };
}

/** Calls the host for readers of the page who may. */
export class HostEndpoints {
  readonly #host: PageHost;
  #readers = 0;

  constructor(host: PageHost) {
    this.#host = host;
  }

  /** Runs `{ line, mode? }`. */
  async run(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { commands } = this.#host;
    const { line, mode } = (await bodyOf(request, response)) ?? {};
    if (response.writableEnded) return;
    const known = isOneOf(mode, commands?.modes);
    if (commands === undefined || typeof line !== 'string' || !known) {
      sendText(response, 400, 'no such command');
      return;
    }
    const subject = randomUUID();
    const run = () => commands.run({ subject, line, mode: mode as string | undefined });
    await answer(response, subject, run);
  }

  /** Performs `{ subject, action, choice? }`. */
  async act(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await bodyOf(request, response)) ?? {};
    if (response.writableEnded) return;
    const { subject, choice } = body;
    const action = this.#host.actions?.find(({ name }) => name === body.action);
    if (typeof subject !== 'string' || !action || !isOneOf(choice, action.choices)) {
      sendText(response, 400, 'no such action');
      return;
    }
    const perform = () => action.perform(subject, choice as string | undefined);
    await answer(response, subject, perform);
  }

  /** Sends the output of `?subject=`, a JSON message a line, until its end or the reader's. */
  async output(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const output = this.#host.find(query.get('subject') ?? '')?.output;
    if (output === undefined || this.#readers >= MAX_OUTPUT_READERS) {
      if (output === undefined) sendText(response, 404, 'no output is kept of this');
      else sendText(response, 503, 'too many outputs are read');
      return;
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    response.on('error', () => {});
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.flushHeaders();
    this.#readers++;
    try {
      for await (const { stream, bytes } of output(gone.signal)) {
        const message: OutputMessage = { stream, chunk: Buffer.from(bytes).toString('base64') };
        response.write(`${JSON.stringify(message)}\n`);
        if (response.writableNeedDrain) await drained(response);
      }
    } catch (error) {
      diag.error('the host of the page could not read an output', error);
    } finally {
      this.#readers--;
      response.end();
    }
  }
}

function isOneOf(value: unknown, choices: readonly Choice[] = []): boolean {
  if (choices.length === 0) return value === undefined;
  return choices.some((choice) => choice.value === value);
}

async function answer(
  response: ServerResponse,
  subject: string,
  work: () => Promise<void>,
): Promise<void> {
  let error: string | undefined;
  try {
    await work();
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown);
  }
  const said: HostAnswer = { subject, error };
  sendJson(response, error === undefined ? 200 : 422, said);
}

/**
 * The JSON object that was posted. A form of another origin can't send this content type without asking
 * first: https://fetch.spec.whatwg.org/#cors-safelisted-request-header
 */
async function bodyOf(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Record<string, unknown> | undefined> {
  if (request.headers['content-type'] !== 'application/json') {
    sendText(response, 415, 'expected application/json');
    return undefined;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({
      destroyOnReturn: false,
    }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) {
        response.setHeader('connection', 'close');
        sendText(response, 413, `expected at most ${MAX_BODY_BYTES} bytes`);
        return undefined;
      }
      chunks.push(chunk);
    }
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  } catch {
    // Neither a reader who left nor one who sends no JSON gets more than this.
  }
  sendText(response, 400, 'expected a JSON object');
  return undefined;
}
