/**
 * The server's clock, as far as it can be known here: what comes from there was late by some time, and the
 * least late message tells the most. It stands still while the server is out of reach.
 */
export class ServerClock {
  #ahead = Number.NEGATIVE_INFINITY;
  #stopped: number | undefined;

  /** Milliseconds since 1970. */
  get now(): number {
    return this.#stopped ?? this.#running;
  }

  /** The server said what time it is. */
  heard(now: number): void {
    this.#stopped = undefined;
    this.#ahead = Math.max(this.#ahead, now - Date.now());
  }

  /** The server is out of reach. */
  stop(): void {
    this.#stopped ??= this.#running;
    this.#ahead = Number.NEGATIVE_INFINITY;
  }

  get #running(): number {
    return Date.now() + (this.#ahead === Number.NEGATIVE_INFINITY ? 0 : this.#ahead);
  }
}
