/** How much is kept. */
export interface HistoryLimits {
  readonly count: number;
  readonly bytes: number;
}

/** Keeps what was put last, up to a number of entries and of bytes; the oldest is forgotten first. */
export class BoundedHistory<Key, Value> {
  readonly #limits: HistoryLimits;
  readonly #entries = new Map<Key, { readonly value: Value; readonly bytes: number }>();
  #bytes = 0;

  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  /** How many entries are kept. */
  get size(): number {
    return this.#entries.size;
  }

  /** How many bytes they were said to have. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Keeps an entry as the newest one. */
  put(key: Key, value: Value, bytes: number): void {
    this.delete(key);
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.count && this.#bytes <= this.#limits.bytes) return;
      this.delete(oldest);
    }
  }

  /** Keeps an entry, in the place of the one before, if there is one. */
  replace(key: Key, value: Value): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#entries.set(key, { value, bytes: entry.bytes });
  }

  delete(key: Key): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#bytes -= entry.bytes;
    this.#entries.delete(key);
  }

  /** The entries, the oldest first. */
  *values(): IterableIterator<Value> {
    for (const { value } of this.#entries.values()) yield value;
  }
}
