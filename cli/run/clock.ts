import type { Clock } from 'otel-exec';

/** The monotonic clock, or, while something is told late, the moment at which it happened. */
export class RecallingClock implements Clock {
  #moment: number | undefined;

  now(): number {
    return this.#moment ?? performance.now();
  }

  epochOffset(): number {
    return Date.now() - performance.now();
  }

  /** Calls a function while the clock shows a moment of the past. */
  at<T>(moment: number, tell: () => T): T {
    this.#moment = moment;
    try {
      return tell();
    } finally {
      this.#moment = undefined;
    }
  }
}
