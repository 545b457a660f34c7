/** Runs so many jobs at a time, and keeps the others waiting in order. */
export class RequestQueue {
  readonly #limit: number;
  readonly #waiting: (() => unknown)[] = [];
  #running = 0;

  /** @param limit jobs that run at the same time */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs a job now, or when it is its turn. A job that waits returns a promise that never rejects. */
  push(job: () => unknown): void {
    if (this.#running < this.#limit) this.#run(job);
    else this.#waiting.push(job);
  }

  /** Forgets the jobs that have not begun. */
  clear(): void {
    this.#waiting.length = 0;
  }

  #run(job: () => unknown): void {
    this.#running++;
    const working = job();
    if (working instanceof Promise) void working.then(() => this.#done());
    else this.#done();
  }

  #done(): void {
    this.#running--;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#run(next);
  }
}
