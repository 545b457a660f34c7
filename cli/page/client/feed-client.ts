import type { FeedMessage } from './feed-message.js';
import { readLines } from './ndjson.js';
import { Retrying } from './retrying.js';
import { authorization } from './token.js';

/** Who is told what the feed says. */
export interface FeedListener {
  message(message: FeedMessage): void;
  lost(): void;
  /** The server wants a token, or another one. */
  refused(): void;
}

const SILENCE_MILLIS = 5_000;

/** Reads the server's feed, and again when it breaks off. */
export class FeedClient {
  readonly #listener: FeedListener;
  readonly #token: () => string | undefined;
  readonly #retrying = new Retrying(() => void this.#read());
  #reading: AbortController | undefined;
  #silence: number | undefined;

  constructor(token: () => string | undefined, listener: FeedListener) {
    this.#token = token;
    this.#listener = listener;
  }

  /** Begins, or tries again at once. */
  connect(): void {
    if (this.#reading === undefined) this.#retrying.now();
  }

  async #read(): Promise<void> {
    const reading = new AbortController();
    this.#reading = reading;
    let refused = false;
    try {
      this.#listen(reading);
      const response = await fetch('page/feed', {
        headers: authorization(this.#token()),
        signal: reading.signal,
        cache: 'no-store',
      });
      refused = response.status === 401;
      if (response.ok && response.body !== null) await this.#readLines(response.body, reading);
    } catch {
      reading.abort();
    }
    clearTimeout(this.#silence);
    this.#reading = undefined;
    if (refused) {
      this.#listener.refused();
    } else {
      this.#listener.lost();
      this.#retrying.failed();
    }
  }

  async #readLines(body: ReadableStream<Uint8Array>, reading: AbortController): Promise<void> {
    for await (const lines of readLines(body)) {
      this.#listen(reading);
      for (const line of lines) this.#take(JSON.parse(line) as FeedMessage);
    }
  }

  #take(message: FeedMessage): void {
    if (message.kind === 'hello') this.#retrying.succeeded();
    this.#listener.message(message);
  }

  /** A server that says nothing for a while, not even how its instruments stand, is gone. */
  #listen(reading: AbortController): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => reading.abort(), SILENCE_MILLIS);
  }
}
