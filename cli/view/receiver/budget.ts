/** Bytes that may be held at a time, by whoever holds some. */
export class Budget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Takes some. @returns whether there were so many left */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  /** Gives them back. */
  giveBack(bytes: number): void {
    this.#left += bytes;
  }
}
