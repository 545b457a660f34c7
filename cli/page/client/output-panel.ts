import { make } from './dom.js';
import type { Run } from './runs.js';

const NEAR_END = 24;

/** Where the output of a run is shown. */
export function outputOf({ processId }: Run): HTMLElement {
  const text = make('pre', {
    class: 'output',
    tabindex: '0',
    'aria-label': 'Output',
    'data-key': 'output',
  });
  text.dataset.processId = processId;
  return make('section', {}, make('h3', {}, 'Output'), text);
}

/** Shows what there is by now, and stays at its end unless somebody scrolled away from it. */
export function showOutput(panel: HTMLElement, run: Run): void {
  const text = panel.querySelector<HTMLElement>('pre.output');
  if (text === null || text.dataset.processId !== run.processId) return;
  const { lines, cut } = run.output;
  const last = lines.at(-1)?.text === '' ? lines.length - 1 : lines.length;
  const version = `${last}:${cut}:${lines.at(-1)?.text.length}:${lines[0]?.text.length}:${run.alive}`;
  if (text.dataset.version === version) return;
  const following = text.scrollHeight - text.scrollTop - text.clientHeight < NEAR_END;
  text.dataset.version = version;
  const shown = lines
    .slice(0, last)
    .map(({ stream, text: line }) =>
      make('span', { class: stream, ...(stream === 'stderr' && { title: 'stderr' }) }, `${line}\n`),
    );
  if (cut) shown.unshift(make('span', { class: 'muted' }, '… the beginning is not kept\n'));
  if (shown.length === 0) {
    shown.push(make('span', { class: 'muted' }, run.alive ? 'nothing yet' : 'no output'));
  }
  text.replaceChildren(...shown);
  if (following) text.scrollTop = text.scrollHeight;
}
