import { element } from './dom.js';
import type { EventRecord, FilterAnswer } from './feed-message.js';
import { authorization } from './token.js';

const TYPING_MILLIS = 150;

/** The filter of event lines that somebody typed, as the server, which has the real parser, understands it. */
export class DirectiveFilter {
  readonly #token: () => string | undefined;
  readonly #changed: () => void;
  readonly #input = element('filter', HTMLInputElement);
  #minimum: FilterAnswer['minimum'] = {};
  #typing: number | undefined;

  /** @param changed is told when it lets others through */
  constructor(token: () => string | undefined, changed: () => void) {
    this.#token = token;
    this.#changed = changed;
    this.#input.addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => void this.#ask(), TYPING_MILLIS);
    });
    element('filter-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#ask();
    });
  }

  /** Whether it lets an event through; those of a target that it does not know yet it does. */
  passes({ target, severity }: EventRecord): boolean {
    const least = Object.hasOwn(this.#minimum, target) ? this.#minimum[target] : undefined;
    return least === undefined || (least !== null && severity >= least);
  }

  /** Events came: asks about the targets that are new. */
  meet(events: readonly EventRecord[]): void {
    if (events.some(({ target }) => !Object.hasOwn(this.#minimum, target))) void this.#ask();
  }

  async #ask(): Promise<void> {
    const asked = this.#input.value;
    const query = new URLSearchParams({ directives: asked });
    const headers = authorization(this.#token());
    const response = await fetch(`page/filter?${query}`, { headers }).catch(() => undefined);
    if (response === undefined || asked !== this.#input.value) return;
    const problem = element('filter-error', HTMLElement);
    const wrong = response.status === 400;
    problem.textContent = wrong ? (await response.text()).trim() : '';
    this.#input.setAttribute('aria-invalid', String(wrong));
    if (!response.ok) return;
    this.#minimum = ((await response.json()) as FilterAnswer).minimum;
    this.#changed();
  }
}
