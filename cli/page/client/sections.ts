import { type Footprint, Lanes } from './lanes.js';
import type { Group } from './lifeline.js';

/** The groups that are to be shown, oldest first. */
export interface ShownGroups {
  readonly groups: readonly Group[];
  /** Another number whenever the groups are not the old ones with new ones at their end. */
  readonly generation: number;
}

/** The lanes of one service. */
export interface Section<Density extends string> {
  readonly service: string;
  readonly groups: Group[];
  readonly lanes: Readonly<Record<Density, Lanes>>;
  /** How many lanes the groups that can be seen need. */
  used: number;
}

/** Gives each service lanes of its own, in the order in which the services came. */
export class Sections<Density extends string> {
  readonly #footprints: Readonly<Record<Density, Footprint>>;
  readonly #byService = new Map<string, Section<Density>>();
  #generation = -1;
  #taken = 0;

  constructor(footprints: Readonly<Record<Density, Footprint>>) {
    this.#footprints = footprints;
  }

  /** Whether there is more than one. */
  get several(): boolean {
    return this.#byService.size > 1;
  }

  /** Those of which something can be seen. */
  get used(): readonly Section<Density>[] {
    return [...this.#byService.values()].filter(({ used }) => used > 0);
  }

  /** Where a group is. */
  of({ service }: Group): Section<Density> | undefined {
    return this.#byService.get(service);
  }

  /** Takes what is new; all anew where the groups are other ones. */
  take({ groups, generation }: ShownGroups): void {
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#taken = 0;
      for (const section of this.#byService.values()) section.groups.length = 0;
    }
    for (; this.#taken < groups.length; this.#taken++) {
      const group = groups[this.#taken];
      if (group !== undefined) this.#sectionOf(group).groups.push(group);
    }
  }

  /**
   * Places the groups of each in its lanes of a density.
   * @param most how many lanes there is room for: nothing more is counted once it is known that there are more
   * @returns how many lanes the visible groups need
   */
  place(density: Density, millisPerPixel: number, visible: readonly Group[], most: number): number {
    let lanes = 0;
    for (const section of this.#byService.values()) {
      section.used = 0;
      section.lanes[density].place(section.groups, millisPerPixel);
    }
    for (const group of visible) {
      const section = this.#sectionOf(group);
      const used = section.lanes[density].of(group) + 1;
      if (used <= section.used) continue;
      lanes += used - section.used;
      section.used = used;
      if (lanes > most) return lanes;
    }
    return lanes;
  }

  #sectionOf({ service }: Group): Section<Density> {
    const known = this.#byService.get(service);
    if (known !== undefined) return known;
    const lanes = Object.fromEntries(
      Object.entries<Footprint>(this.#footprints).map(([density, footprint]) => [
        density,
        new Lanes(footprint),
      ]),
    ) as Record<Density, Lanes>;
    const made = { service, groups: [], lanes, used: 0 };
    this.#byService.set(service, made);
    return made;
  }
}
