import { make } from './dom.js';
import type { ActionRecord } from './feed-message.js';
import { formatTime } from './format.js';
import type { Lifeline } from './lifeline.js';
import { LOOKS } from './outcome.js';
import { servicesOf } from './waterfall.js';

/** What the overview is made from, and whom it tells. */
export interface OverviewOptions {
  readonly nameOf: (lifeline: Lifeline) => string;
  readonly running: () => readonly Lifeline[];
  /** Where the latest traces began. */
  readonly recent: () => readonly Lifeline[];
  readonly ofTrace: (traceId: string) => readonly Lifeline[];
  readonly openTrace: (traceId: string) => void;
  readonly select: (lifeline: Lifeline | undefined) => void;
  /** What the host lets readers do to what runs. */
  readonly actions: () => readonly ActionRecord[];
  readonly act: (subject: string, action: string, choice: string | undefined) => void;
}

const MAX_RUNNING = 50;

/** What runs now. */
export function overviewOf(options: OverviewOptions): Node[] {
  const running = options.running();
  const items = running.slice(0, MAX_RUNNING).map((lifeline) => itemOf(lifeline, options));
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
          'Nothing is running. Select a bar or an event line to see its span and its events.',
        )
      : make('ul', { class: 'running' }, ...items),
    ...(more > 0 ? [make('p', { class: 'hint' }, `and ${more} more`)] : []),
    ...recentOf(options),
  ];
}

function recentOf({ recent, nameOf, ofTrace, openTrace }: OverviewOptions): Node[] {
  const items = recent().map((first) => {
    const { traceId } = first.span;
    const { glyph, label } = LOOKS[first.outcome];
    const { length } = ofTrace(traceId);
    const services = servicesOf(ofTrace(traceId)).join(', ');
    return make(
      'li',
      {},
      make(
        'button',
        {
          type: 'button',
          class: 'link',
          'data-key': `trace-${traceId}`,
          click: () => openTrace(traceId),
        },
        make('span', { class: first.outcome, role: 'img', 'aria-label': label }, glyph),
        ` ${nameOf(first)}`,
      ),
      make(
        'span',
        { class: 'muted' },
        `${length} ${length === 1 ? 'span' : 'spans'} · ${services}`,
      ),
      make('span', { class: 'muted' }, formatTime(first.span.start)),
    );
  });
  if (items.length === 0) return [];
  return [make('h2', {}, 'Latest traces'), make('ul', { class: 'running' }, ...items)];
}

function itemOf(lifeline: Lifeline, options: OverviewOptions): HTMLElement {
  const { span } = lifeline;
  return make(
    'li',
    {},
    make(
      'button',
      {
        type: 'button',
        class: 'link',
        'data-key': lifeline.key,
        click: () => options.select(lifeline),
      },
      options.nameOf(lifeline),
    ),
    make('span', { class: 'muted' }, `still running since ${formatTime(span.start)}`),
    make('b', { class: 'clock', 'data-since': String(span.start) }),
    ...buttonsOf(lifeline, options, 'small'),
  );
}

/** The buttons that the host has for a lifeline while it runs. @param kind `small` in a list */
export function buttonsOf(
  { span: { hosted }, outcome }: Lifeline,
  { actions, act }: Pick<OverviewOptions, 'actions' | 'act'>,
  kind?: 'small',
): Node[] {
  if (outcome !== 'running' || !hosted?.actionable) return [];
  const { subject } = hosted;
  const offered = actions().filter(
    ({ ends, choices }) => kind === undefined || (ends && choices.length === 0),
  );
  return offered.flatMap(({ name, label, ends, choices }) => {
    const select =
      choices.length === 0
        ? undefined
        : make(
            'select',
            { 'aria-label': `${label}: which`, 'data-key': `which-${name}-${subject}` },
            ...choices.map(({ value, label: said }) => make('option', { value }, said)),
          );
    const click = () => act(subject, name, select?.value);
    const look = kind ?? (ends ? 'danger' : '');
    const key = `${name}-${subject}`;
    const button = make('button', { type: 'button', class: look, 'data-key': key, click }, label);
    return select === undefined ? [button] : [select, button];
  });
}
