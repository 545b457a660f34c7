/** How much is kept. */
export interface HistoryLimits {
  readonly count: number;
  readonly bytes: number;
}

/**
 * Keeps what was put last, up to a number of entries and of bytes; the oldest is forgotten first. Putting
 * costs the same however much is or was kept.
 */
export class BoundedHistory<Value> {
  readonly #limits: HistoryLimits;
  readonly #onForget: (value: Value) => void;
  readonly #values: (Value | undefined)[] = [];
  readonly #sizes: number[] = [];
  #first = 0;
  #next = 0;
  #bytes = 0;

  /** @param onForget is told of what is forgotten */
  constructor(limits: HistoryLimits, onForget: (value: Value) => void = () => {}) {
    this.#limits = limits;
    this.#onForget = onForget;
  }

  /** How many entries are kept. */
  get size(): number {
    return this.#next - this.#first;
  }

  /** How many bytes they were said to have. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a value as the newest one. */
  put(value: Value, bytes: number): void {
    const limits = this.#limits;
    if (this.size === limits.count) this.#forgetOldest();
    const slot = this.#next++ % limits.count;
    this.#values[slot] = value;
    this.#sizes[slot] = bytes;
    this.#bytes += bytes;
    while (this.#bytes > limits.bytes) this.#forgetOldest();
  }

  /** What is kept, the oldest first. */
  values(): Value[] {
    const { count } = this.#limits;
    return Array.from({ length: this.size }, (_, index) => {
      return this.#values[(this.#first + index) % count] as Value;
    });
  }

  #forgetOldest(): void {
    const slot = this.#first++ % this.#limits.count;
    const value = this.#values[slot] as Value;
    this.#values[slot] = undefined;
    this.#bytes -= this.#sizes[slot] as number;
    this.#onForget(value);
  }
}
