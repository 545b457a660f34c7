import { make } from './dom.js';
import { formatTime } from './format.js';
import type { Lifeline } from './lifelines.js';
import type { Run } from './runs.js';

/** What the overview is made from, and whom it tells. */
export interface OverviewOptions {
  readonly nameOf: (lifeline: Lifeline) => string;
  readonly runOf: (lifeline: Lifeline) => Run | undefined;
  readonly running: () => readonly Lifeline[];
  readonly select: (lifeline: Lifeline | undefined) => void;
  readonly terminate: (run: Run) => void;
}

const MAX_RUNNING = 50;

/** What runs now. */
export function overviewOf(options: OverviewOptions): Node[] {
  const running = options.running().filter(({ isProcess }) => isProcess);
  const items = running.slice(0, MAX_RUNNING).map((lifeline) => {
    const run = options.runOf(lifeline);
    return make(
      'li',
      {},
      make(
        'button',
        {
          type: 'button',
          class: 'link',
          'data-key': lifeline.span.spanId,
          click: () => options.select(lifeline),
        },
        options.nameOf(lifeline),
      ),
      make('span', { class: 'muted' }, `still running since ${formatTime(lifeline.span.start)}`),
      make('b', { class: 'clock', 'data-since': String(lifeline.span.start) }),
      ...(run?.alive ? [terminateButton(run, 'small', options.terminate)] : []),
    );
  });
  const more = running.length - items.length;
  return [
    make(
      'div',
      { class: 'head' },
      make('h2', {}, 'Running now'),
      make('p', { class: 'muted' }, `${running.length}`),
    ),
    items.length === 0
      ? make(
          'p',
          { class: 'hint' },
          'No process is running. Select a bar or an event line to see its span, its event and its output.',
        )
      : make('ul', { class: 'running' }, ...items),
    ...(more > 0 ? [make('p', { class: 'hint' }, `and ${more} more`)] : []),
  ];
}

/** A button that terminates what a run started. */
export function terminateButton(
  run: Run,
  kind: string,
  terminate: OverviewOptions['terminate'],
): HTMLElement {
  const key = `terminate-${run.processId}`;
  const click = () => terminate(run);
  return make('button', { type: 'button', class: kind, 'data-key': key, click }, 'Terminate');
}
