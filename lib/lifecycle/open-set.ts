/** Something that has begun and has not settled; a member of exactly one {@link OpenSet}. */
export abstract class Open {
  /** @internal */
  previous: Open | undefined = undefined;
  /** @internal */
  next: Open | undefined = undefined;
  /**
   * What the caller holds of it. Undefined once it is watched: from then on nothing here keeps the holder
   * alive, and it is told when nobody holds it any more.
   */
  holder: object | undefined = undefined;
  #survived = false;
  #watched = false;

  /** Ends it with its kind's fallback outcome, unless it has ended already. */
  abstract endByFallback(): void;

  /** Hears that nobody holds it any more, so that nobody can end it. */
  abstract abandoned(): void;

  /**
   * Watches it if it has outlived two sweeps.
   * @returns whether it was watched before
   */
  sweep(): boolean {
    if (this.#watched) return true;
    if (this.#survived && this.holder !== undefined) {
      HOLDERS.register(this.holder, this, this);
      this.holder = undefined;
      this.#watched = true;
    }
    this.#survived = true;
    return false;
  }

  /** Stops watching it, since it has ended. */
  protected release(): void {
    if (this.#watched) HOLDERS.unregister(this);
    this.holder = undefined;
  }
}

const HOLDERS = new FinalizationRegistry<Open>((open) => open.abandoned());

/** Begins after which a sweep comes, and milliseconds after which one comes in any case. */
const SWEEP_EVERY = { begins: 1_024, millis: 1_000 };

/**
 * What is open at the moment: of the whole telemetry, or of one connection of it. A linked list through its
 * members, so that joining and leaving cost the same with one member and with a hundred thousand.
 */
export class OpenSet {
  readonly #sweeper: Sweeper;
  #first: Open | undefined;
  #closed = false;

  /** @param parent the telemetry's set, for that of a connection */
  constructor(parent?: OpenSet) {
    this.#sweeper = parent === undefined ? new Sweeper() : parent.#sweeper;
    this.#sweeper.sets.add(this);
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /** @internal */
  add(member: Open): void {
    member.next = this.#first;
    if (this.#first !== undefined) this.#first.previous = member;
    this.#first = member;
    this.#sweeper.begun();
  }

  /** @internal */
  remove(member: Open): void {
    const { previous, next } = member;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
    member.previous = undefined;
    member.next = undefined;
  }

  /** Ends every member with its fallback outcome, the latest first. */
  close(): void {
    this.#closed = true;
    while (this.#first !== undefined) this.#first.endByFallback();
    this.#sweeper.sets.delete(this);
  }

  /**
   * Sweeps the members that aren't watched yet: they are the latest.
   * @returns whether there was any
   */
  sweep(): boolean {
    let member = this.#first;
    while (member !== undefined && !member.sweep()) member = member.next;
    return member !== this.#first;
  }
}

/**
 * Watching a holder costs more than a short lifecycle in all, so that only those are watched that live
 * longer than a sweep takes to come by twice.
 */
class Sweeper {
  readonly sets = new Set<OpenSet>();
  #begins = 0;
  #timer: NodeJS.Timeout | undefined;

  begun(): void {
    this.#timer ??= setTimeout(() => this.#sweepLater(), SWEEP_EVERY.millis).unref();
    if (++this.#begins >= SWEEP_EVERY.begins) this.#sweep();
  }

  #sweepLater(): void {
    this.#timer = this.#sweep()
      ? setTimeout(() => this.#sweepLater(), SWEEP_EVERY.millis).unref()
      : undefined;
  }

  #sweep(): boolean {
    this.#begins = 0;
    let swept = false;
    for (const set of this.sets) if (set.sweep()) swept = true;
    return swept;
  }
}
