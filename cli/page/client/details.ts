import { element, make } from './dom.js';
import type { EventRecord, SenderRecord } from './feed-message.js';
import { formatDuration, formatTimeMillis } from './format.js';
import type { Lifeline } from './lifeline.js';
import { LOOKS } from './outcome.js';
import { OutputPanel, type ReadOutput } from './output-panel.js';
import { buttonsOf, type OverviewOptions, overviewOf } from './overview.js';
import { type RelativesOptions, relativesOf, traceButton } from './relatives.js';
import { attributesOf, eventOf, senderOf, spanEventsOf, whenOf } from './span-facts.js';

/** What the details are made from, and whom they tell. */
export interface DetailsOptions extends OverviewOptions, RelativesOptions {
  readonly now: () => number;
  readonly eventsOf: (lifeline: Lifeline) => readonly EventRecord[];
  readonly output: ReadOutput;
  /** Of how many services the page shows something. */
  readonly services: () => number;
  readonly senderOf: (lifeline: Lifeline) => SenderRecord | undefined;
}

/** What is known about the selected lifeline or event; while none is selected, what there is. */
export class Details {
  readonly #options: DetailsOptions;
  readonly #panel = element('details', HTMLElement);
  readonly #output: OutputPanel;
  #shown: Lifeline | EventRecord | undefined;
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

  /** Shows a lifeline, as it is now, or else an event that belongs to none. */
  show(lifeline: Lifeline | undefined, event?: EventRecord): void {
    const shown = lifeline ?? event;
    const state = this.#stateOf(lifeline, event);
    if (shown === this.#shown && state === this.#state) return;
    const kept = document.activeElement?.getAttribute('data-key');
    const open = shown === this.#shown ? this.#openEvents() : [];
    this.#shown = shown;
    this.#state = state;
    if (!lifeline?.span.hosted?.hasOutput) this.#output.clear();
    this.#panel.replaceChildren(...this.#partsOf(lifeline, event));
    for (const [index, one] of this.#events().entries()) one.open ||= open.includes(index);
    if (kept) this.#panel.querySelector<HTMLElement>(`[data-key="${CSS.escape(kept)}"]`)?.focus();
    this.#tick();
  }

  #events(): HTMLDetailsElement[] {
    return [...this.#panel.querySelectorAll('details')];
  }

  #openEvents(): number[] {
    return this.#events().flatMap(({ open }, index) => (open ? [index] : []));
  }

  #stateOf(lifeline: Lifeline | undefined, event: EventRecord | undefined): string {
    if (lifeline === undefined) {
      const known = ({ key, outcome, span }: Lifeline) => [key, outcome, span.hosted];
      const { running, recent } = this.#options;
      return JSON.stringify([event?.id, running().map(known), recent().map(known)]);
    }
    const { span, outcome } = lifeline;
    const events = this.#options.eventsOf(lifeline).length;
    const related = this.#options.relatives(lifeline).map((one) => [one.key, one.outcome]);
    const { length } = this.#options.ofTrace(span.traceId);
    return JSON.stringify([span, outcome, events, related, length, this.#options.traceId()]);
  }

  #tick(): void {
    for (const clock of this.#panel.querySelectorAll<HTMLElement>('[data-since]')) {
      clock.textContent = formatDuration(this.#options.now() - Number(clock.dataset.since));
    }
  }

  #partsOf(lifeline: Lifeline | undefined, event: EventRecord | undefined): Node[] {
    if (lifeline !== undefined) return this.#lifeline(lifeline);
    return event === undefined ? overviewOf(this.#options) : this.#event(event);
  }

  #lifeline(lifeline: Lifeline): Node[] {
    const { span, outcome } = lifeline;
    const { hosted, kind } = span;
    const { glyph, label } = LOOKS[outcome];
    const buttons = buttonsOf(lifeline, this.#options);
    const events = this.#options.eventsOf(lifeline).toReversed();
    return [
      this.#head(
        `${kind.slice(0, 1)}${kind.slice(1).toLowerCase()} span`,
        make('span', { class: `badge ${outcome}` }, `${glyph} ${label}`),
      ),
      make('p', { class: 'title' }, this.#options.nameOf(lifeline)),
      whenOf(lifeline),
      ...(buttons.length > 0 ? [make('div', { class: 'controls' }, ...buttons)] : []),
      ...relativesOf(lifeline, this.#options),
      ...(hosted?.hasOutput ? [this.#output.of(hosted.subject)] : []),
      ...attributesOf(lifeline, this.#options.services()),
      ...spanEventsOf(lifeline),
      ...senderOf(this.#options.senderOf(lifeline)),
      ...events.map((event, index) => eventOf(event, index === 0)),
    ];
  }

  #event(event: EventRecord): Node[] {
    const whose = event.service === '' ? event.target : `${event.service} · ${event.target}`;
    return [
      this.#head('Event line'),
      make('p', { class: 'when muted' }, `${formatTimeMillis(event.time)} · ${whose}`),
      ...traceButton(event.traceId, this.#options),
      eventOf(event, true),
    ];
  }

  #head(title: string, ...more: readonly Node[]): HTMLElement {
    const click = () => this.#options.select(undefined);
    const close = { type: 'button', class: 'small close', 'data-key': 'close', click };
    return make(
      'div',
      { class: 'head' },
      make('h2', {}, title),
      ...more,
      make('button', close, 'Close'),
    );
  }
}
