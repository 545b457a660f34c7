interface Waiter {
  readonly upTo: number;
  readonly resolve: () => void;
}

/** How far the items have come that were taken, which are numbered in the order in which they came. */
export class Progress {
  readonly #waiters = new Set<Waiter>();
  #taken = 0;
  #due = 0;
  #settled = 0;

  /** How many are not done with. */
  get open(): number {
    return this.#taken - this.#settled;
  }

  /** How many may wait for more to go with them. */
  get early(): number {
    return this.#taken - this.#due;
  }

  /** Whether some ought to be sent now. */
  get isDue(): boolean {
    return this.#settled < this.#due;
  }

  take(): void {
    this.#taken++;
  }

  /** All that were taken so far ought to be sent now. */
  hurry(): void {
    this.#due = this.#taken;
  }

  /** So many more are done with. */
  settle(count: number): void {
    this.#settled += count;
    for (const waiter of this.#waiters) {
      if (waiter.upTo > this.#settled) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  /** Whether all that were taken so far are done with in time. Keeps the program alive for as long. */
  isDone(withinMillis: number): Promise<boolean> {
    const upTo = this.#taken;
    if (this.#settled >= upTo) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        upTo,
        resolve: () => {
          clearTimeout(timer);
          resolve(true);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        resolve(false);
      }, withinMillis);
      this.#waiters.add(waiter);
    });
  }
}
