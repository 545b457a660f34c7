import type { Group, Lifeline } from './lifeline.js';
import type { Lifelines } from './lifelines.js';
import type { Search } from './search.js';
import type { ShownGroups } from './sections.js';

const EVERY_MILLIS = 500;

/** The groups that a search finds: all of them while nothing is looked for. */
export class FoundGroups implements ShownGroups {
  readonly #lifelines: Lifelines;
  readonly #nameOf: (lifeline: Lifeline) => string;
  #search: Search | undefined;
  #found: readonly Group[] = [];
  #generation = 0;
  #looked = 0;

  constructor(lifelines: Lifelines, nameOf: (lifeline: Lifeline) => string) {
    this.#lifelines = lifelines;
    this.#nameOf = nameOf;
  }

  get groups(): readonly Group[] {
    return this.#search === undefined ? this.#lifelines.groups : this.#found;
  }

  get generation(): number {
    return this.#lifelines.generation + this.#generation;
  }

  /** Looks for something else. */
  look(search: Search): void {
    this.#search = search.isEmpty ? undefined : search;
    this.#find();
  }

  /** Something is new: it is looked through now and then. */
  refresh(): void {
    if (this.#search !== undefined && performance.now() - this.#looked > EVERY_MILLIS) this.#find();
  }

  #find(): void {
    const search = this.#search;
    this.#looked = performance.now();
    this.#generation++;
    this.#found = this.#lifelines.groups.filter((group) => search?.findsGroup(group, this.#nameOf));
  }
}
