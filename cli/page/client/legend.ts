import { element, make } from './dom.js';
import { LOOKS, type Outcome } from './outcome.js';

/** Says what the glyphs and colours of outcomes mean: of those that there were. */
export class Legend {
  #shown = 0;

  show(outcomes: ReadonlySet<Outcome>): void {
    if (outcomes.size === this.#shown) return;
    this.#shown = outcomes.size;
    const items = [...outcomes].map((outcome) => {
      const { glyph, label } = LOOKS[outcome];
      return make('li', {}, make('span', { class: `key ${outcome}` }, glyph), label);
    });
    element('legend', HTMLElement).replaceChildren(...items);
  }
}
