/** Milliseconds from the first failed attempt to the next, and the most that this grows to. */
const FIRST = 1000;
const LONGEST = 5000;
/** The most milliseconds that an endpoint's `Retry-After` is heeded. */
const LONGEST_RETRY_AFTER = 60_000;

/** The pauses between the attempts to send one batch, which a flush cuts short. */
export class Pause {
  #millis = FIRST;
  #wake: (() => void) | undefined;
  #isSound = false;

  /** The next pause is the first of a batch. */
  reset(): void {
    this.#millis = FIRST;
  }

  /**
   * Waits, longer each time, and spread, since many programs try again at once. Doesn't keep the program alive.
   * @param askedMillis what the endpoint asks for, which a flush doesn't cut short
   */
  async wait(askedMillis = 0): Promise<void> {
    const millis = this.#millis * (0.8 + 0.4 * Math.random());
    this.#millis = Math.min(this.#millis * 2, LONGEST);
    const asked = Math.min(askedMillis, LONGEST_RETRY_AFTER);
    this.#isSound = asked > 0;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, Math.max(millis, asked)).unref();
    });
    clearTimeout(timer);
    this.#wake = undefined;
  }

  /** Ends a pause, unless the endpoint asked for it. */
  cutShort(): void {
    if (!this.#isSound) this.end();
  }

  /** Ends a pause. */
  end(): void {
    this.#wake?.();
  }
}
