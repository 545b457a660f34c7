import type { HostAnswer, OutputMessage } from './feed-message.js';
import { readLines } from './ndjson.js';
import { authorization } from './token.js';

/** Asks the host of the page, by the page's own endpoints. */
export class HostClient {
  readonly #token: () => string | undefined;

  constructor(token: () => string | undefined) {
    this.#token = token;
  }

  /** Runs a command. @returns its subject, and what went wrong; rejects where nobody answers */
  run(line: string, mode: string | undefined): Promise<HostAnswer> {
    return this.#post('page/run', { line, mode });
  }

  /** Performs an action. @throws Error that says what went wrong */
  async act(subject: string, action: string, choice: string | undefined): Promise<void> {
    const { error } = await this.#post('page/act', { subject, action, choice });
    if (error !== undefined) throw new Error(error);
  }

  /** Reads what a subject wrote and writes, to its end. */
  async *output(subject: string, signal: AbortSignal): AsyncGenerator<OutputMessage> {
    const query = new URLSearchParams({ subject });
    const headers = authorization(this.#token());
    const response = await fetch(`page/output?${query}`, { headers, signal, cache: 'no-store' });
    if (!response.ok || response.body === null) return;
    for await (const lines of readLines(response.body)) {
      for (const line of lines) yield JSON.parse(line) as OutputMessage;
    }
  }

  async #post(path: string, body: object): Promise<HostAnswer> {
    const response = await fetch(path, {
      method: 'POST',
      headers: { ...authorization(this.#token()), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).catch(() => undefined);
    if (response === undefined) throw new Error('There is no connection to the server.');
    const isAnswer = response.headers.get('content-type') === 'application/json';
    if (!isAnswer) throw new Error((await response.text()).trim());
    return (await response.json()) as HostAnswer;
  }
}
