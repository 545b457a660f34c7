/** A result that is large, and so is not produced before there is room for it. */
export class Production {
  /** Bytes that the answer takes at most. */
  readonly bytes: number;
  /** Gives the result, or a promise of it. */
  readonly produce: () => unknown;

  constructor(bytes: number, produce: () => unknown) {
    this.bytes = bytes;
    this.produce = produce;
  }
}

/** Bytes of answers that all connections together produce at the moment. */
export class ProductionCount {
  readonly #limit: number;
  readonly #waiting = new Set<ProductionRoom>();
  #bytes = 0;

  /** @param limit bytes that are produced at the same time; one answer alone may be larger */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes bytes, where they fit and nobody waits for longer; otherwise the room is told when to try again. */
  take(bytes: number, room: ProductionRoom): boolean {
    const [first = room] = this.#waiting;
    if (first !== room || (this.#bytes > 0 && this.#bytes + bytes > this.#limit)) {
      this.#waiting.add(room);
      return false;
    }
    this.#waiting.delete(room);
    this.#bytes += bytes;
    return true;
  }

  /** Gives bytes back; who waited first comes first. */
  give(bytes: number): void {
    this.#bytes -= bytes;
    for (const room of this.#waiting) {
      room.enter();
      if (this.#waiting.has(room)) return;
    }
  }

  /** Waits no more. */
  forget(room: ProductionRoom): void {
    this.#waiting.delete(room);
  }
}

/** What a room is made with. */
export interface ProductionRoomOptions {
  /** Bytes that may wait for the peer, or be in production for it; one answer alone may be larger. */
  readonly limit: number;
  readonly count: ProductionCount;
  /** Bytes that wait for the peer at the moment. */
  readonly buffered: () => number;
}

/**
 * Where large answers of one connection are produced: as many as the peer has room for, in order. What
 * was produced waits in memory until the peer takes it, so nothing is while too much waits already.
 */
export class ProductionRoom {
  readonly #options: ProductionRoomOptions;
  readonly #waiting: { readonly bytes: number; readonly begin: () => void }[] = [];
  #bytes = 0;

  constructor(options: ProductionRoomOptions) {
    this.#options = options;
  }

  /**
   * Produces when there is room, and keeps the room until the answer was sent.
   * @param answer sends what was produced; never throws
   * @returns a promise that settles when it was sent; never, where the room was closed before
   */
  async run({ bytes, produce }: Production, answer: (produced: Promise<unknown>) => Promise<void>) {
    await new Promise<void>((begin) => {
      this.#waiting.push({ bytes, begin });
      this.enter();
    });
    try {
      await answer(Promise.resolve().then(produce));
    } finally {
      this.#bytes -= bytes;
      this.#options.count.give(bytes);
      this.enter();
    }
  }

  /** Lets in what has room now. Call it when the peer has taken something. */
  enter(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (!this.#fits(next.bytes)) {
        this.#options.count.forget(this);
        return;
      }
      if (!this.#options.count.take(next.bytes, this)) return;
      this.#waiting.shift();
      this.#bytes += next.bytes;
      next.begin();
    }
  }

  /** The peer is gone: what waits is forgotten. */
  close(): void {
    this.#waiting.length = 0;
    this.#options.count.forget(this);
  }

  #fits(bytes: number): boolean {
    const { limit, buffered } = this.#options;
    const waiting = buffered();
    return this.#bytes === 0 ? waiting <= limit : this.#bytes + waiting + bytes <= limit;
  }
}
