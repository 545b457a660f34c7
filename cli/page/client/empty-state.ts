import { copyButton, element, make } from './dom.js';

let shown: string | undefined;

/** Says, while nothing has come, how something can be sent here. */
export function showHint(hint: readonly string[] | undefined): void {
  const text = JSON.stringify(hint);
  if (hint === undefined || text === shown) return;
  shown = text;
  const lines = hint.map((line) =>
    make(
      'li',
      {},
      make('code', {}, line),
      copyButton(`Copy ${line}`, () => line),
    ),
  );
  element('empty', HTMLElement).replaceChildren(
    make('p', { class: 'lead' }, 'Nothing has come yet.'),
    make('p', {}, 'Send something, with one of these in a terminal:'),
    make('ul', { class: 'commands' }, ...lines),
  );
}
