import { endOf, type Group } from './lifeline.js';

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
  readonly #last: Group[] = [];
  #generation = -1;
  #millisPerPixel = 0;
  #placed = 0;

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

  /** Places what is new; all anew where the zoom level or the groups are other ones. */
  place(groups: readonly Group[], generation: number, millisPerPixel: number): void {
    const level = ZOOM_STEP ** Math.ceil(Math.log(millisPerPixel) / Math.log(ZOOM_STEP));
    if (level !== this.#millisPerPixel || generation !== this.#generation) {
      this.#generation = generation;
      this.#millisPerPixel = level;
      this.#placed = 0;
      this.#last.length = 0;
      this.#laneOf.clear();
    }
    for (; this.#placed < groups.length; this.#placed++) {
      const group = groups[this.#placed];
      if (group !== undefined) this.#place(group);
    }
  }

  #place(group: Group): void {
    const free = this.#last.findIndex((last) => this.#freeFrom(last) <= group.start);
    const lane = free === -1 ? this.#last.length : free;
    this.#last[lane] = group;
    this.#laneOf.set(group, lane);
  }

  #freeFrom(group: Group): number {
    const { width, gap } = this.#footprint;
    const shown = group.start + width * this.#millisPerPixel;
    return Math.max(endOf(group) + gap * this.#millisPerPixel, shown);
  }
}
