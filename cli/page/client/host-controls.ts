import { CommandBar } from './command-bar.js';
import { element } from './dom.js';
import type { OfferRecord } from './feed-message.js';
import { HostClient } from './host-client.js';
import type { Lifeline } from './lifeline.js';
import type { Lifelines } from './lifelines.js';
import type { ReadOutput } from './output-panel.js';

/** What the controls need, and whom they tell. */
export interface HostControlsOptions {
  readonly token: () => string | undefined;
  readonly lifelines: Lifelines;
  /** A command is about to run. */
  readonly running: () => void;
  /** The lifeline of a command came. */
  readonly came: (lifeline: Lifeline) => void;
}

/** What the host of the page lets its readers do: nothing, where there is none. */
export class HostControls {
  readonly output: ReadOutput;
  readonly #options: HostControlsOptions;
  readonly #host: HostClient;
  #offer: OfferRecord = { actions: [] };
  #bar: CommandBar | undefined;
  #wanted: string | undefined;

  constructor(options: HostControlsOptions) {
    this.#options = options;
    this.#host = new HostClient(options.token);
    this.output = (subject, signal) => this.#host.output(subject, signal);
  }

  get actions(): OfferRecord['actions'] {
    return this.#offer.actions;
  }

  /** Takes what the host offers. */
  take(offer: OfferRecord): void {
    this.#offer = offer;
    if (this.#bar === undefined && offer.commands !== undefined) {
      this.#bar = new CommandBar(offer.commands, (...both) => this.#run(...both));
      document.querySelector('main')?.prepend(this.#bar.form);
      element('empty', HTMLElement).append(this.#bar.examples);
      this.#bar.focus();
    }
    if (this.#bar !== undefined) this.#bar.enabled = offer.commands !== undefined;
  }

  /** Nobody can be asked now. */
  disable(): void {
    if (this.#bar !== undefined) this.#bar.enabled = false;
  }

  /** Lifelines came: one may be that of the command that was run last. */
  look(): void {
    const { lifelines, came } = this.#options;
    const lifeline = this.#wanted === undefined ? undefined : lifelines.ofSubject(this.#wanted);
    if (lifeline === undefined) return;
    this.#wanted = undefined;
    came(lifeline);
  }

  /** Performs an action, and says what went wrong. */
  async act(subject: string, action: string, choice: string | undefined): Promise<void> {
    try {
      await this.#host.act(subject, action, choice);
      this.#bar?.complain('');
    } catch (error) {
      this.#bar?.complain(`${action}: ${(error as Error).message}`);
    }
  }

  async #run(line: string, mode: string | undefined): Promise<void> {
    this.#options.running();
    const { subject, error } = await this.#host.run(line, mode);
    this.#wanted = subject;
    this.look();
    if (error !== undefined) throw new Error(error);
  }
}
