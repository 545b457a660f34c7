const SHORTEST = 5;
const LONGEST = 7 * 24 * 3_600_000;
const AIR = 0.04;

/** The stretch of time that is looked at, milliseconds since 1970. */
export class ViewRange {
  #from: number;
  #to: number;
  #following = true;
  #ahead = AIR;

  constructor(now: number, millis: number) {
    this.#to = now;
    this.#from = now - millis;
  }

  get from(): number {
    return this.#from;
  }

  get to(): number {
    return this.#to;
  }

  get millis(): number {
    return this.#to - this.#from;
  }

  /** Whether it moves along with the time. */
  get following(): boolean {
    return this.#following;
  }

  /** Sets which share of it lies in the future while it follows, so that there is room for labels. */
  set ahead(share: number) {
    this.#ahead = share;
  }

  /** Moves along, if it follows. */
  tick(now: number): void {
    if (this.#following) this.#set(now + this.millis * this.#ahead, this.millis);
  }

  /** Begins to follow. */
  follow(now: number): void {
    this.#following = true;
    this.tick(now);
  }

  /** Looks at an earlier or later time. */
  pan(millis: number): void {
    this.#following = false;
    this.#set(this.#to + millis, this.millis);
  }

  /**
   * Looks at less or more.
   * @param factor below 1 for less
   * @param at the time that stays where it is; while it follows, that is the newest
   */
  zoom(factor: number, at: number): void {
    const millis = Math.min(LONGEST, Math.max(SHORTEST, this.millis * factor));
    const share = (this.#to - at) / this.millis;
    this.#set(this.#following ? this.#to : at + share * millis, millis);
  }

  /** Looks at all of a stretch, with a little air, and room for labels. */
  fit(from: number, to: number): void {
    const millis = Math.max(SHORTEST, to - from);
    const ahead = Math.max(AIR, this.#ahead);
    this.#following = false;
    this.#set(to + millis * ahead, millis * (1 + AIR + ahead));
  }

  #set(to: number, millis: number): void {
    this.#to = to;
    this.#from = to - millis;
  }
}
