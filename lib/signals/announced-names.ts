import { MAX_TEXT } from '../conventions/fields.js';

/** The names that a host has announced, by the name of their label; a bounded number in all. */
export class AnnouncedNames {
  readonly #cap: number;
  readonly #names = new Map<string, Set<string>>();
  #count = 0;

  /** @param cap how many are kept; what is announced after those isn't known */
  constructor(cap: number) {
    this.#cap = cap;
  }

  /** Adds names to what is known of a label. Names that are no label, such as overlong ones, are left out. */
  add(label: string, names: readonly string[] = []): void {
    const known = this.#names.get(label) ?? new Set();
    this.#names.set(label, known);
    for (const name of names) {
      if (this.#count >= this.#cap) return;
      if (!isLabel(name) || known.has(name)) continue;
      known.add(name);
      this.#count++;
    }
  }

  /** Whether a name was announced. */
  has(label: string, name: string): boolean {
    return this.#names.get(label)?.has(name) ?? false;
  }
}

/** What separates the parts of a key. */
export const SEPARATOR = '\0';

/** A value that is part of a key: no separator in it, and not empty, which stands for an absent one. */
export function isLabel(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= MAX_TEXT &&
    !value.includes(SEPARATOR)
  );
}
