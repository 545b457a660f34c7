/** Something open that can tell that it still is. */
export interface Beating {
  /** Tells that it is still open. */
  stillRunning(): void;
}

/** How many beat in one turn of the event loop; the rest comes in the next. */
const BEATS_PER_TURN = 256;
const LONGEST_TIMEOUT_MILLIS = 2 ** 31 - 1;

/**
 * Has everything that is open tell so at an interval, counted from its own begin, by one timer, and none while
 * nothing is open. All have the same interval, so that the order in which they are due is that in which they came.
 */
export class Heartbeat {
  readonly #intervalMillis: number;
  readonly #due = new Map<Beating, number>();
  #timer: NodeJS.Timeout | undefined;

  /** @param intervalMillis more than 0 */
  constructor(intervalMillis: number) {
    this.#intervalMillis = Math.min(Math.max(intervalMillis, 1), LONGEST_TIMEOUT_MILLIS);
  }

  /** Lets it beat until it is said to have ended. */
  add(beating: Beating): { ended(): void } {
    this.#due.set(beating, performance.now() + this.#intervalMillis);
    if (this.#timer === undefined) this.#wait(this.#intervalMillis);
    return { ended: () => this.#remove(beating) };
  }

  #remove(beating: Beating): void {
    this.#due.delete(beating);
    if (this.#due.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(millis: number): void {
    this.#timer = setTimeout(() => this.#beat(), millis).unref();
  }

  #beat(): void {
    this.#timer = undefined;
    const now = performance.now();
    let beats = 0;
    for (const [beating, due] of this.#due) {
      if (due > now || beats++ >= BEATS_PER_TURN) {
        this.#wait(Math.max(due - now, 0));
        return;
      }
      this.#due.delete(beating);
      this.#due.set(beating, now + this.#intervalMillis);
      beating.stillRunning();
    }
  }
}
