/** Something that began and has not settled; a member of exactly one {@link Scope}. */
export abstract class Open implements Disposable {
  /** @internal */
  previous: Open | undefined = undefined;
  /** @internal */
  next: Open | undefined = undefined;

  /** Ends it with its kind's fallback outcome, unless it has ended already. */
  abstract [Symbol.dispose](): void;
}

/**
 * What is open at the moment: of a connection, or of the whole telemetry. A linked list through its
 * members, so that joining and leaving cost the same with one member and with a hundred thousand.
 */
export class Scope {
  #first: Open | undefined;
  #closed = false;

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /** @internal */
  add(member: Open): void {
    member.next = this.#first;
    if (this.#first !== undefined) this.#first.previous = member;
    this.#first = member;
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

  /** Settles every member with its fallback outcome, the latest first. */
  close(): void {
    this.#closed = true;
    while (this.#first !== undefined) this.#first[Symbol.dispose]();
  }
}
