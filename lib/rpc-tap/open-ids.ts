/** What is open under an id, of one direction of a stream; several under one id are taken in their order. */
export class OpenIds<Open> {
  readonly #open = new Map<string | number | null, Open | Open[]>();

  put(id: unknown, open: Open): void {
    const key = keyOf(id);
    const other = this.#open.get(key);
    if (other === undefined) this.#open.set(key, open);
    else if (Array.isArray(other)) other.push(open);
    else this.#open.set(key, [other, open]);
  }

  /** The first one under an id. */
  get(id: unknown): Open | undefined {
    const found = this.#open.get(keyOf(id));
    return Array.isArray(found) ? found[0] : found;
  }

  /** Takes the first one under an id out. */
  take(id: unknown): Open | undefined {
    const key = keyOf(id);
    const found = this.#open.get(key);
    if (Array.isArray(found)) {
      const first = found.shift();
      if (found.length === 0) this.#open.delete(key);
      return first;
    }
    this.#open.delete(key);
    return found;
  }

  /** Takes all out. */
  clear(): Open[] {
    const all = [...this.#open.values()].flat() as Open[];
    this.#open.clear();
    return all;
  }
}

// JSON-RPC 2.0, 4 and 5: ids are strings, numbers or null; a request with any other is answered with null.
function keyOf(id: unknown): string | number | null {
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
