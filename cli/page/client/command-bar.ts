import { make } from './dom.js';
import type { ChoiceRecord, OfferRecord } from './feed-message.js';

/** What a host offers for commands. */
export type CommandOffer = NonNullable<OfferRecord['commands']>;

/** Runs a command. @returns a promise that rejects where that can't be */
export type RunCommand = (line: string, mode: string | undefined) => Promise<void>;

const MAX_LINES = 100;
const KEY = 'otel-exec-page-commands';

/** Where commands are typed; only on the page of a host that offers it. */
export class CommandBar {
  /** Its part of the page. */
  readonly form: HTMLFormElement;
  /** Commands to begin with. */
  readonly examples: HTMLElement;
  readonly #run: RunCommand;
  readonly #input: HTMLInputElement;
  readonly #button = make('button', { type: 'submit', id: 'run', class: 'primary' }, 'Run');
  readonly #error = make('p', { id: 'command-error', role: 'alert' });
  readonly #lines = remembered();
  #back = 0;
  #typed = '';

  constructor({ placeholder, modes, examples }: CommandOffer, run: RunCommand) {
    this.#run = run;
    this.#input = make('input', {
      id: 'command-line',
      name: 'line',
      spellcheck: 'false',
      autocapitalize: 'off',
      enterkeyhint: 'go',
      placeholder,
      'aria-describedby': 'command-error',
    });
    this.form = make(
      'form',
      { id: 'command', class: 'card', autocomplete: 'off' },
      make('label', { for: 'command-line', class: 'hidden' }, 'Command'),
      make('span', { class: 'prompt', 'aria-hidden': 'true' }, '$'),
      this.#input,
      ...(modes.length > 0 ? [modesOf(modes)] : []),
      this.#button,
      this.#error,
    );
    this.examples = make(
      'p',
      { class: 'examples' },
      ...examples.map(({ value, label, hint = '' }) => {
        const click = () => void this.#submit(value);
        return make('button', { type: 'button', title: hint, click }, label);
      }),
    );
    this.#listen();
  }

  /** Whether commands can be run now. */
  set enabled(enabled: boolean) {
    this.#button.disabled = !enabled;
  }

  /** Puts the focus into it. */
  focus(): void {
    this.#input.focus({ preventScroll: true });
  }

  /** Says what went wrong, or with an empty text that nothing did. */
  complain(text: string): void {
    this.#error.textContent = text;
  }

  #listen(): void {
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!this.#button.disabled) void this.#submit(this.#input.value);
    });
    this.#input.addEventListener('keydown', (event) => this.#press(event));
    document.addEventListener('keydown', (event) => {
      if (event.key !== '/' || !this.form.isConnected || isTyping(event.target)) return;
      event.preventDefault();
      this.#input.focus();
    });
  }

  async #submit(line: string): Promise<void> {
    if (line.trim() === '') return;
    const mode = new FormData(this.form).get('mode');
    this.complain('');
    this.#remember(line);
    this.#back = 0;
    this.#input.value = '';
    try {
      await this.#run(line, typeof mode === 'string' ? mode : undefined);
    } catch (error) {
      this.complain(`${line}: ${(error as Error).message}`);
      if (this.#input.value === '') this.#input.value = line;
    }
  }

  #press(event: KeyboardEvent): void {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    if (this.#back === 0) this.#typed = this.#input.value;
    this.#back = Math.max(0, Math.min(this.#lines.length, this.#back + direction));
    this.#input.value = this.#back === 0 ? this.#typed : (this.#lines.at(-this.#back) ?? '');
  }

  #remember(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
    sessionStorage.setItem(KEY, JSON.stringify(this.#lines));
  }
}

function modesOf(modes: readonly ChoiceRecord[]): HTMLElement {
  return make(
    'fieldset',
    { class: 'modes' },
    make('legend', { class: 'hidden' }, 'How to run it'),
    ...modes.map(({ value, label, hint = '' }, index) =>
      make(
        'label',
        { title: hint },
        make('input', { type: 'radio', name: 'mode', value, checked: index === 0 }),
        make('span', {}, label),
      ),
    ),
  );
}

function remembered(): string[] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as string[];
  } catch {
    return [];
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, select, textarea');
}
