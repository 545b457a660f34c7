import { element } from './dom.js';
import { Search } from './search.js';

/** Whom the box tells. */
export interface SearchBoxOptions {
  /** Somebody looks for something else. @returns how many spans' groups are found */
  readonly look: (search: Search) => number;
  /** Somebody wants the next of what is found. */
  readonly next: (direction: 1 | -1) => void;
}

const TYPING_MILLIS = 150;

/** Where somebody types what to look for. The key `/` leads here where no command bar takes it. */
export class SearchBox {
  readonly #options: SearchBoxOptions;
  readonly #input = element('search', HTMLInputElement);
  #text = '';
  #typing: number | undefined;

  constructor(options: SearchBoxOptions) {
    this.#options = options;
    this.#input.addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#look(), TYPING_MILLIS);
    });
    this.#input.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.clear();
    });
    element('search-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#look();
      if (this.#text !== '') options.next(-1);
    });
    document.addEventListener('keydown', (event) => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input, select');
      if (event.key !== '/' || event.defaultPrevented || isTyping) return;
      event.preventDefault();
      this.#input.focus();
    });
  }

  /** Looks for nothing any more. */
  clear(): void {
    this.#input.value = '';
    this.#look();
  }

  #look(): void {
    clearTimeout(this.#typing);
    const text = this.#input.value.trim();
    if (text === this.#text) return;
    this.#text = text;
    const found = this.#options.look(new Search(text));
    element('found', HTMLElement).textContent = text === '' ? '' : `${found} found`;
  }
}
