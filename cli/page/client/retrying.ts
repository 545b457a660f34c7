const DELAYS = [250, 500, 1_000, 2_000, 4_000];

/** Tries again and again, less and less often, until it works; one success makes it begin from the start. */
export class Retrying {
  readonly #attempt: () => void;
  #failures = 0;
  #timer: number | undefined;

  constructor(attempt: () => void) {
    this.#attempt = attempt;
  }

  /** The attempt worked. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** The attempt failed, or what it reached is gone: tries again in a while. */
  failed(): void {
    if (this.#timer !== undefined) return;
    const delay = DELAYS[Math.min(this.#failures++, DELAYS.length - 1)];
    this.#timer = setTimeout(() => this.now(), delay);
  }

  /** Tries now. */
  now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#attempt();
  }

  /** Tries no more until somebody says {@link now}. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
