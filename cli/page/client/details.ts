import { copyButton, element, make } from './dom.js';
import { readLine } from './event-list.js';
import type { EventRecord } from './feed-message.js';
import { formatDuration, formatTime, formatTimeMillis } from './format.js';
import type { Lifeline } from './lifelines.js';
import { LOOKS } from './outcome.js';
import { OutputPanel, type ReadOutput } from './output-panel.js';
import { buttonsOf, type OverviewOptions, overviewOf } from './overview.js';

/** What the details are made from, and whom they tell. */
export interface DetailsOptions extends OverviewOptions {
  readonly now: () => number;
  readonly eventsOf: (lifeline: Lifeline) => readonly EventRecord[];
  readonly output: ReadOutput;
}

const MAX_CHILDREN = 30;

/** What is known about the selected lifeline; while none is selected, what runs. */
export class Details {
  readonly #options: DetailsOptions;
  readonly #panel = element('details', HTMLElement);
  readonly #output: OutputPanel;
  #shown: Lifeline | undefined;
  #state = '';

  constructor(options: DetailsOptions) {
    this.#options = options;
    this.#output = new OutputPanel(options.output);
    setInterval(() => this.#tick(), 200);
  }

  /** Moves the focus here. */
  focus(): void {
    const first = this.#panel.querySelector<HTMLElement>('button:not(:disabled)');
    (first ?? this.#panel).focus();
  }

  /** Shows a lifeline, as it is now. */
  show(lifeline: Lifeline | undefined): void {
    const state = this.#stateOf(lifeline);
    if (lifeline === this.#shown && state === this.#state) return;
    const kept = document.activeElement?.getAttribute('data-key');
    this.#shown = lifeline;
    this.#state = state;
    if (!lifeline?.span.hosted?.hasOutput) this.#output.clear();
    this.#panel.replaceChildren(
      ...(lifeline ? this.#lifeline(lifeline) : overviewOf(this.#options)),
    );
    if (kept) this.#panel.querySelector<HTMLElement>(`[data-key="${CSS.escape(kept)}"]`)?.focus();
    this.#tick();
  }

  #stateOf(lifeline: Lifeline | undefined): string {
    if (lifeline === undefined) {
      return JSON.stringify(this.#options.running().map(({ span }) => [span.spanId, span.hosted]));
    }
    const { span, outcome } = lifeline;
    const events = this.#options.eventsOf(lifeline).length;
    const relatives = relativesOf(lifeline).map((one) => [one.span.spanId, one.outcome]);
    return JSON.stringify([span, outcome, events, relatives]);
  }

  #tick(): void {
    for (const clock of this.#panel.querySelectorAll<HTMLElement>('[data-since]')) {
      clock.textContent = formatDuration(this.#options.now() - Number(clock.dataset.since));
    }
  }

  #lifeline(lifeline: Lifeline): Node[] {
    const { hosted } = lifeline.span;
    const buttons = buttonsOf(lifeline, this.#options);
    return [
      this.#head(lifeline),
      make('p', { class: 'title' }, this.#options.nameOf(lifeline)),
      whenOf(lifeline),
      ...(buttons.length > 0 ? [make('div', { class: 'controls' }, ...buttons)] : []),
      ...this.#relatives(lifeline),
      ...(hosted?.hasOutput ? [this.#output.of(hosted.subject)] : []),
      ...attributesOf(lifeline),
      ...this.#options.eventsOf(lifeline).toReversed().map(eventOf),
    ];
  }

  #head({ span, outcome }: Lifeline): HTMLElement {
    const { glyph, label } = LOOKS[outcome];
    const kind = `${span.kind.slice(0, 1)}${span.kind.slice(1).toLowerCase()} span`;
    return make(
      'div',
      { class: 'head' },
      make('h2', {}, kind),
      make('span', { class: `badge ${outcome}` }, `${glyph} ${label}`),
      make(
        'button',
        {
          type: 'button',
          class: 'small close',
          'data-key': 'close',
          click: () => this.#options.select(undefined),
        },
        'Close',
      ),
    );
  }

  #relatives(lifeline: Lifeline): Node[] {
    const link = (one: Lifeline) =>
      make(
        'button',
        {
          type: 'button',
          class: 'link',
          'data-key': one.span.spanId,
          click: () => this.#options.select(one),
        },
        `${LOOKS[one.outcome].glyph} ${this.#options.nameOf(one)}`,
      );
    const { parent } = lifeline;
    const children = childrenOf(lifeline);
    const links = children.slice(0, MAX_CHILDREN).map(link);
    const more = children.length - links.length;
    return [
      ...(parent ? [make('p', { class: 'relatives' }, 'Started by ', link(parent))] : []),
      ...(links.length > 0
        ? [
            make(
              'p',
              { class: 'relatives' },
              'Started ',
              ...links,
              ...(more > 0 ? [`and ${more} more`] : []),
            ),
          ]
        : []),
    ];
  }
}

function childrenOf(lifeline: Lifeline): Lifeline[] {
  return lifeline.group.lifelines.filter(({ parent }) => parent === lifeline);
}

function relativesOf(lifeline: Lifeline): Lifeline[] {
  const children = childrenOf(lifeline);
  return lifeline.parent === undefined ? children : [lifeline.parent, ...children];
}

function whenOf({ span, outcome, end }: Lifeline): HTMLElement {
  const runs = outcome === 'running';
  const length = runs
    ? make('b', { class: 'clock', 'data-since': String(span.start) })
    : make('b', { class: 'clock' }, formatDuration((end ?? span.start) - span.start));
  const when = runs
    ? `still running since ${formatTime(span.start)}`
    : `${formatTimeMillis(span.start)} – ${formatTimeMillis(end ?? span.start)}`;
  return make('p', { class: 'when' }, length, make('span', { class: 'muted' }, when));
}

function attributesOf({ span }: Lifeline): Node[] {
  const rows: [string, string][] = [
    ['name', span.name],
    ['kind', span.kind],
    ['status', span.status],
    ...Object.entries(span.attributes).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ];
  const ids: [string, string][] = [
    ['trace id', span.traceId],
    ['span id', span.spanId],
  ];
  if (span.parentId !== undefined) ids.push(['parent id', span.parentId]);
  const copied = ids.flatMap(([name, value]) =>
    pair(
      name,
      value,
      copyButton(`Copy ${name}`, () => value),
    ),
  );
  return [
    make('h3', {}, 'Span'),
    make('dl', {}, ...rows.flatMap(([name, value]) => pair(name, value))),
    make('dl', { class: 'ids' }, ...copied),
  ];
}

function pair(name: string, value: string, ...more: readonly Node[]): Node[] {
  return [make('dt', {}, name), make('dd', {}, make('code', {}, value), ...more)];
}

function eventOf(event: EventRecord, index: number): HTMLElement {
  const line = readLine(event.line);
  const name = String(line.fields['event.name'] ?? 'Event line');
  return make(
    'details',
    { class: 'event', open: index === 0 },
    make('summary', {}, make('h3', {}, name), make('span', { class: 'muted' }, line.level)),
    make('pre', { tabindex: '0', 'aria-label': name }, JSON.stringify(line, null, 2)),
    copyButton('Copy event line', () => event.line),
  );
}
