import type { Group } from './lifeline.js';

const ZOOM_STEP = 1.25;

/** How wide things are at least, pixels. */
export interface Footprint {
  /** From the start of a group to where the next one may start in the same lane. */
  readonly width: number;
  /** From the end of a group, likewise. */
  readonly gap: number;
}

/**
 * Gives each group the first lane that is free when it starts. Lanes hold for a range of zoom levels, and a
 * new group changes nothing about the older ones, so that nothing jumps while time goes on.
 */
export class Lanes {
  readonly #footprint: Footprint;
  readonly #laneOf = new Map<Group, number>();
  /** What was placed, in order, and where it ended then. */
  readonly #placed: Group[] = [];
  readonly #ends: number[] = [];
  #last: Group[] = [];
  #millisPerPixel = 0;

  constructor(footprint: Footprint) {
    this.#footprint = footprint;
  }

  /** How many lanes there are. */
  get count(): number {
    return this.#last.length;
  }

  /** The lane of a group, from 0. */
  of(group: Group): number {
    return this.#laneOf.get(group) ?? 0;
  }

  /** Places what is new, and what comes after a group that is another one or grew; all where the zoom level is another one. */
  place(groups: readonly Group[], millisPerPixel: number): void {
    const level = ZOOM_STEP ** Math.ceil(Math.log(millisPerPixel) / Math.log(ZOOM_STEP));
    const kept = level === this.#millisPerPixel ? this.#keep(groups) : 0;
    this.#millisPerPixel = level;
    if (kept < this.#placed.length) this.#rewind(kept);
    for (let index = kept; index < groups.length; index++) this.#place(groups[index] as Group);
  }

  #keep(groups: readonly Group[]): number {
    let index = 0;
    while (index < this.#placed.length) {
      const group = this.#placed[index] as Group;
      if (group !== groups[index] || group.end > (this.#ends[index] ?? 0)) break;
      index++;
    }
    return index;
  }

  #rewind(kept: number): void {
    for (const group of this.#placed.splice(kept)) this.#laneOf.delete(group);
    this.#ends.length = kept;
    const lanes = this.#last.length;
    this.#last = [];
    for (let index = kept - 1, found = 0; index >= 0 && found < lanes; index--) {
      const group = this.#placed[index] as Group;
      const lane = this.of(group);
      if (this.#last[lane] !== undefined) continue;
      this.#last[lane] = group;
      found++;
    }
  }

  #place(group: Group): void {
    const free = this.#last.findIndex((last) => this.#freeFrom(last) <= group.start);
    const lane = free === -1 ? this.#last.length : free;
    this.#last[lane] = group;
    this.#laneOf.set(group, lane);
    this.#placed.push(group);
    this.#ends.push(group.end);
  }

  #freeFrom(group: Group): number {
    const { width, gap } = this.#footprint;
    const shown = group.start + width * this.#millisPerPixel;
    return Math.max(group.end + gap * this.#millisPerPixel, shown);
  }
}
