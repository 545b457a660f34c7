/** How often something happened, by its name. */
export class Tally {
  readonly #counts = new Map<string, number>();

  /** Counts one more, or as many as said. */
  count(name: string, times = 1): void {
    this.#counts.set(name, this.of(name) + times);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  get names(): string[] {
    return [...this.#counts.keys()].sort();
  }
}

/** What several tallies say differently of the same, one text a name; empty where they agree. */
export function differences(tallies: Readonly<Record<string, Tally>>): string[] {
  const names = new Set(Object.values(tallies).flatMap((tally) => tally.names));
  return [...names].sort().flatMap((name) => {
    const counts = Object.entries(tallies).map(([who, tally]) => [who, tally.of(name)] as const);
    const same = counts.every(([, count]) => count === counts[0]?.[1]);
    return same ? [] : `${name}: ${counts.map((pair) => pair.join(' ')).join(', ')}`;
  });
}
