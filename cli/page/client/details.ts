import { copyButton, element, make } from './dom.js';
import { readLine } from './event-list.js';
import type { EventRecord } from './feed-message.js';
import { formatDuration, formatTime, formatTimeMillis } from './format.js';
import type { Lifeline } from './lifelines.js';
import { LOOKS } from './outcome.js';
import { outputOf, showOutput } from './output-panel.js';
import { type OverviewOptions, overviewOf, terminateButton } from './overview.js';
import type { Run } from './runs.js';
import { SIGNALS } from './wire.js';

/** What the details are made from, and whom they tell. */
export interface DetailsOptions extends OverviewOptions {
  readonly now: () => number;
  readonly eventsOf: (lifeline: Lifeline) => readonly EventRecord[];
  readonly relatives: (lifeline: Lifeline) => readonly Lifeline[];
  readonly signal: (run: Run, signal: string) => void;
}

/** What is known about the selected lifeline; while none is selected, what runs. */
export class Details {
  readonly #options: DetailsOptions;
  readonly #panel = element('details', HTMLElement);
  #shown: Lifeline | undefined;
  #state = '';

  constructor(options: DetailsOptions) {
    this.#options = options;
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
    if (lifeline === this.#shown && state === this.#state) {
      this.#output();
      return;
    }
    const kept = document.activeElement?.getAttribute('data-key');
    this.#shown = lifeline;
    this.#state = state;
    this.#panel.replaceChildren(
      ...(lifeline ? this.#lifeline(lifeline) : overviewOf(this.#options)),
    );
    if (kept) this.#panel.querySelector<HTMLElement>(`[data-key="${CSS.escape(kept)}"]`)?.focus();
    this.#tick();
    this.#output();
  }

  #stateOf(lifeline: Lifeline | undefined): string {
    if (lifeline === undefined) {
      const running = this.#options.running();
      const ids = running.map((one) => [one.span.spanId, one.span.processId]);
      return JSON.stringify([ids, running.map((one) => this.#options.runOf(one)?.alive)]);
    }
    const { span, outcome } = lifeline;
    const alive = this.#options.runOf(lifeline)?.alive;
    const events = this.#options.eventsOf(lifeline).length;
    const relatives = this.#options.relatives(lifeline).map((one) => one.outcome);
    return JSON.stringify([span, outcome, alive, events, relatives]);
  }

  #output(): void {
    const run = this.#shown && this.#options.runOf(this.#shown);
    if (run !== undefined) showOutput(this.#panel, run);
  }

  #tick(): void {
    for (const clock of this.#panel.querySelectorAll<HTMLElement>('[data-since]')) {
      clock.textContent = formatDuration(this.#options.now() - Number(clock.dataset.since));
    }
  }

  #lifeline(lifeline: Lifeline): Node[] {
    const { span, outcome, end, isProcess } = lifeline;
    const { glyph, label } = LOOKS[outcome];
    const run = this.#options.runOf(lifeline);
    const runs = outcome === 'running';
    const length = runs
      ? make('b', { class: 'clock', 'data-since': String(span.start) })
      : make('b', { class: 'clock' }, formatDuration((end ?? span.start) - span.start));
    const when = runs
      ? `still running since ${formatTime(span.start)}`
      : `${formatTimeMillis(span.start)} – ${formatTimeMillis(end ?? span.start)}`;
    return [
      make(
        'div',
        { class: 'head' },
        make('h2', {}, isProcess ? 'Process' : 'Request'),
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
      ),
      make('p', { class: 'title' }, this.#options.nameOf(lifeline)),
      make('p', { class: 'when' }, length, make('span', { class: 'muted' }, when)),
      ...(runs && isProcess ? [this.#controls(run)] : []),
      ...this.#relatives(lifeline),
      ...(run === undefined ? [] : [outputOf(run)]),
      ...(isProcess && run === undefined
        ? [
            make(
              'p',
              { class: 'hint' },
              'Only the connection that started a process can signal it and gets its output.',
            ),
          ]
        : []),
      ...this.#attributes(lifeline),
      ...this.#options.eventsOf(lifeline).toReversed().map(eventOf),
    ];
  }

  #controls(run: Run | undefined): HTMLElement {
    if (!run?.alive) return make('span');
    const select = make(
      'select',
      { 'aria-label': 'Signal', 'data-key': 'signal' },
      ...SIGNALS.map((signal) => make('option', { value: signal }, signal)),
    );
    const send = () => this.#options.signal(run, select.value);
    return make(
      'div',
      { class: 'controls' },
      terminateButton(run, 'danger', this.#options.terminate),
      select,
      make('button', { type: 'button', 'data-key': 'send', click: send }, 'Send signal'),
    );
  }

  #relatives(lifeline: Lifeline): Node[] {
    const others = this.#options.relatives(lifeline).filter((one) => one !== lifeline);
    if (others.length === 0) return [];
    const links = others.map((one) =>
      make(
        'button',
        {
          type: 'button',
          class: 'link',
          'data-key': one.span.spanId,
          click: () => this.#options.select(one),
        },
        `${LOOKS[one.outcome].glyph} ${this.#options.nameOf(one)}`,
      ),
    );
    return [
      make('p', { class: 'relatives' }, lifeline.isProcess ? 'Started by ' : 'Started ', ...links),
    ];
  }

  #attributes({ span }: Lifeline): Node[] {
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
    return [
      make('h3', {}, 'Span'),
      make('dl', {}, ...rows.flatMap(([name, value]) => pair(name, value))),
      make(
        'dl',
        { class: 'ids' },
        ...ids.flatMap(([name, value]) =>
          pair(
            name,
            value,
            copyButton(`Copy ${name}`, () => value),
          ),
        ),
      ),
    ];
  }
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
