import type { SenderRecord } from './client/feed-message.js';
import type { Sender } from './intake.js';
import { plainAttributes } from './plain-value.js';

const MAX_SENDERS = 500;

/** The programs that sent something, by their resources; the one that was new longest ago is forgotten first. */
export class Senders {
  readonly #onNew: (sender: SenderRecord) => void;
  readonly #byName = new Map<string, SenderRecord>();
  #last: Sender | undefined;

  /** @param onNew is told of each sender once, and again where its resource is another one */
  constructor(onNew: (sender: SenderRecord) => void) {
    this.#onNew = onNew;
  }

  /** Those that are known. */
  all(): Iterable<SenderRecord> {
    return this.#byName.values();
  }

  /** Something came from a sender. */
  meet(sender: Sender): void {
    if (sender === this.#last) return;
    this.#last = sender;
    const { service, instance } = sender;
    const name = JSON.stringify([service, instance]);
    const record = { service, instance, attributes: plainAttributes(sender.attributes) };
    const known = this.#byName.get(name);
    if (known !== undefined && JSON.stringify(known) === JSON.stringify(record)) return;
    const [oldest] = this.#byName.keys();
    if (this.#byName.size >= MAX_SENDERS && oldest !== undefined) this.#byName.delete(oldest);
    this.#byName.set(name, record);
    this.#onNew(record);
  }
}
