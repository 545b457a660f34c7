import { EventEmitter, once } from 'node:events';
import { Tally } from '../tally.js';
import type { ExpectedIds } from './frames.js';

const WITHIN_MILLIS = 5_000;

/** The answers of one conversation, by their ids. */
export class Answers extends EventEmitter {
  readonly #came = new Tally();
  readonly #wanted = new Tally();
  #ended = false;

  /** Says that something is sent that is to be answered with these. */
  want(ids: ExpectedIds): void {
    for (const id of ids) this.#wanted.count(JSON.stringify(id));
  }

  /** Takes what came; what isn't an answer is passed over. @throws Error where it isn't JSON */
  take(text: string): void {
    const message = JSON.parse(text) as { id?: unknown; method?: unknown };
    if ('method' in message) return;
    this.#came.count(JSON.stringify(message.id));
    this.emit('news');
  }

  /** Says that no more can come. */
  end(): void {
    this.#ended = true;
    this.emit('news');
  }

  /** Waits until all came. @throws Error where one is missing or too much */
  async complete(): Promise<void> {
    const signal = AbortSignal.timeout(WITHIN_MILLIS);
    while (this.#came.total < this.#wanted.total && !this.#ended) {
      await once(this, 'news', { signal }).catch(() => this.end());
    }
    const faults = [...new Set([...this.#wanted.names, ...this.#came.names])]
      .filter((id) => this.#wanted.of(id) !== this.#came.of(id))
      .map((id) => `id ${id}: ${this.#came.of(id)} answers instead of ${this.#wanted.of(id)}`);
    if (faults.length > 0) throw new Error(faults.join('; '));
  }
}
