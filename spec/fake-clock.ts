import type { Clock } from 'otel-exec';

/** A clock that stands still until it is told to move; milliseconds. */
export class FakeClock implements Clock {
  /** How often it was read. */
  readings = 0;
  #now: number;

  constructor(now = 1_000) {
    this.#now = now;
  }

  now(): number {
    this.readings++;
    return this.#now;
  }

  epochOffset(): number {
    return 1_700_000_000_000;
  }

  advance(millis: number): void {
    this.#now += millis;
  }

  set(now: number): void {
    this.#now = now;
  }
}
