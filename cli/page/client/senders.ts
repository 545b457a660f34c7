import type { SenderRecord } from './feed-message.js';
import type { Lifeline } from './lifeline.js';

const MAX_SENDERS = 1_000;

/** The programs that sent something. */
export class Senders {
  readonly #byName = new Map<string, SenderRecord>();

  /** Takes what is new. */
  take(senders: readonly SenderRecord[]): void {
    for (const sender of senders) this.#byName.set(nameOf(sender), sender);
    for (const name of this.#byName.keys()) {
      if (this.#byName.size <= MAX_SENDERS) return;
      this.#byName.delete(name);
    }
  }

  /** Whose a lifeline is. */
  of({ span }: Lifeline): SenderRecord | undefined {
    return this.#byName.get(nameOf(span));
  }
}

function nameOf({ service, instance }: Pick<SenderRecord, 'service' | 'instance'>): string {
  return JSON.stringify([service, instance]);
}
