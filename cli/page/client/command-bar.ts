import { element } from './dom.js';
import type { RunMode } from './runs.js';

/** Whom the command bar tells. */
export interface CommandBarOptions {
  /** Runs a command. @returns a promise that rejects where that can't be */
  readonly run: (command: string, mode: RunMode) => Promise<void>;
  /** What was typed before, the oldest first. */
  readonly history: () => readonly string[];
}

/** Where commands are typed. */
export class CommandBar {
  readonly #options: CommandBarOptions;
  readonly #form = element('command', HTMLFormElement);
  readonly #line = element('command-line', HTMLInputElement);
  readonly #button = element('run', HTMLButtonElement);
  readonly #error = element('command-error', HTMLElement);
  #back = 0;
  #typed = '';

  constructor(options: CommandBarOptions) {
    this.#options = options;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!this.#button.disabled) void this.#run(this.#line.value);
    });
    this.#line.addEventListener('keydown', (event) => this.#press(event));
    document.addEventListener('keydown', (event) => {
      if (event.key !== '/' || isTyping(event.target)) return;
      event.preventDefault();
      this.#line.focus();
    });
    for (const example of document.querySelectorAll<HTMLElement>('[data-command]')) {
      example.addEventListener('click', () => void this.#run(example.dataset.command ?? ''));
    }
    this.#line.focus({ preventScroll: true });
  }

  /** Whether commands can be run now. */
  set enabled(enabled: boolean) {
    this.#button.disabled = !enabled;
  }

  async #run(command: string): Promise<void> {
    if (command.trim() === '') return;
    const mode = new FormData(this.#form).get('mode') as RunMode;
    this.#error.textContent = '';
    this.#back = 0;
    this.#line.value = '';
    try {
      await this.#options.run(command, mode);
    } catch (error) {
      this.#error.textContent = `${command}: ${(error as Error).message}`;
      if (this.#line.value === '') this.#line.value = command;
    }
  }

  #press(event: KeyboardEvent): void {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    const history = this.#options.history();
    if (this.#back === 0) this.#typed = this.#line.value;
    this.#back = Math.max(0, Math.min(history.length, this.#back + direction));
    this.#line.value = this.#back === 0 ? this.#typed : (history.at(-this.#back) ?? '');
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, select, textarea');
}
