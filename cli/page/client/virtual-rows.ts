import { make } from './dom.js';

/** What rows are made of. */
export interface RowSource {
  /** How many there are. */
  count(): number;
  /** Makes one. @param index from 0, the topmost */
  row(index: number): HTMLElement;
  /** Somebody moved to a row with the keyboard. */
  move(index: number): void;
  /** The row that is selected; -1: none. */
  selected(): number;
}

const MARGIN = 4;

/** Very many rows of one height in a list that scrolls: only what can be seen is in the document. */
export class VirtualRows {
  readonly #list: HTMLElement;
  readonly #height: number;
  readonly #source: RowSource;
  readonly #rows = make('div', { class: 'rows', role: 'presentation' });
  #painting = false;

  /** @param list has the focus, and says with `aria-activedescendant` which row is selected */
  constructor(list: HTMLElement, height: number, source: RowSource) {
    this.#list = list;
    this.#height = height;
    this.#source = source;
    list.append(this.#rows);
    list.addEventListener('scroll', () => this.refresh());
    list.addEventListener('keydown', (event) => this.#press(event));
    new ResizeObserver(() => this.refresh()).observe(list);
  }

  /** Something is new: paints with the next frame. */
  refresh(): void {
    if (this.#painting) return;
    this.#painting = true;
    requestAnimationFrame(() => {
      this.#painting = false;
      this.#paint();
    });
  }

  /** Scrolls as far as it must for a row to be seen. */
  reveal(index: number): void {
    const top = index * this.#height;
    const { scrollTop, clientHeight } = this.#list;
    if (top < scrollTop) this.#list.scrollTop = top;
    else if (top + this.#height > scrollTop + clientHeight) {
      this.#list.scrollTop = top + this.#height - clientHeight;
    }
  }

  #press(event: KeyboardEvent): void {
    const count = this.#source.count();
    const at = this.#source.selected();
    const page = Math.max(1, Math.floor(this.#list.clientHeight / this.#height) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: Math.max(0, at - 1),
      PageDown: Math.min(count - 1, at + page),
      PageUp: Math.max(0, at - page),
      Home: 0,
      End: count - 1,
    };
    const next = moves[event.key];
    if (next === undefined || next < 0 || next >= count) return;
    event.preventDefault();
    this.#source.move(next);
    this.reveal(next);
  }

  #paint(): void {
    const { scrollTop, clientHeight } = this.#list;
    const count = this.#source.count();
    const first = Math.max(0, Math.floor(scrollTop / this.#height) - MARGIN);
    const last = Math.min(count, first + Math.ceil(clientHeight / this.#height) + 2 * MARGIN);
    const rows: HTMLElement[] = [];
    for (let index = first; index < last; index++) {
      const row = this.#source.row(index);
      row.style.top = `${index * this.#height}px`;
      rows.push(row);
    }
    this.#rows.style.height = `${count * this.#height}px`;
    this.#rows.replaceChildren(...rows);
    const chosen = this.#rows.querySelector('[aria-selected="true"]');
    if (chosen === null) this.#list.removeAttribute('aria-activedescendant');
    else this.#list.setAttribute('aria-activedescendant', chosen.id);
    this.#list.classList.toggle('bare', count === 0);
  }
}
