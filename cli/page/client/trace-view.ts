import { element, make } from './dom.js';
import type { EventRecord } from './feed-message.js';
import { formatDuration, formatTime } from './format.js';
import type { Lifeline } from './lifeline.js';
import type { Lifelines } from './lifelines.js';
import { LOOKS } from './outcome.js';
import type { Search } from './search.js';
import { traceRow } from './trace-row.js';
import { VirtualRows } from './virtual-rows.js';
import { servicesOf, stretchOf, type WaterfallRow, waterfallOf } from './waterfall.js';

/** What the picture of a trace is made from, and whom it tells. */
export interface TraceViewOptions {
  readonly lifelines: Lifelines;
  readonly now: () => number;
  readonly nameOf: (lifeline: Lifeline) => string;
  readonly eventsOf: (traceId: string) => readonly EventRecord[];
  readonly select: (lifeline: Lifeline | undefined) => void;
  /** Somebody wants to work with what is selected. */
  readonly open: () => void;
  /** Another trace is shown, or none. */
  readonly changed: (traceId: string | undefined) => void;
}

const ROW = 28;
const TICKS = 4;

/** One trace as a picture: all its spans, of all services, by who started whom and when. */
export class TraceView {
  readonly #options: TraceViewOptions;
  readonly #section = element('trace', HTMLElement);
  readonly #list = element('trace-rows', HTMLElement);
  readonly #rows: VirtualRows;
  #traceId: string | undefined;
  #waterfall: readonly WaterfallRow[] = [];
  #stretch: [from: number, to: number] = [0, 1];
  #services: readonly string[] = [];
  #marks = new Map<string, number[]>();
  #selected: Lifeline | undefined;
  #search: Search | undefined;

  constructor(options: TraceViewOptions) {
    this.#options = options;
    this.#rows = new VirtualRows(this.#list, ROW, {
      count: () => this.#waterfall.length,
      row: (index) => this.#row(index),
      move: (index) => options.select(this.#waterfall[index]?.lifeline),
      selected: () => this.#waterfall.findIndex(({ lifeline }) => lifeline === this.#selected),
    });
    element('trace-close', HTMLElement).addEventListener('click', () => this.close());
    this.#section.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.close();
      if (key === 'Enter' && document.activeElement === this.#list) options.open();
    });
    addEventListener('hashchange', () => this.follow());
  }

  /** The trace that is shown, if one is. */
  get traceId(): string | undefined {
    return this.#traceId;
  }

  /** Shows a trace; the way back is the browser's too. */
  show(traceId: string): void {
    location.hash = `trace=${traceId}`;
    this.follow();
    this.#list.focus();
  }

  /** Goes back to the lifelines. */
  close(): void {
    history.pushState(null, '', location.pathname);
    this.follow();
  }

  /** Shows the trace that the address names, or none. */
  follow(): void {
    const traceId = new URLSearchParams(location.hash.slice(1)).get('trace') ?? undefined;
    if (traceId === this.#traceId) return;
    this.#traceId = traceId;
    this.#section.hidden = traceId === undefined;
    element('timeline', HTMLElement).hidden = traceId !== undefined;
    document.querySelector('main')?.classList.toggle('tracing', traceId !== undefined);
    this.refresh();
    this.#options.changed(traceId);
    if (traceId === undefined) element('lifelines-area', HTMLElement).focus();
    else this.select(this.#selected ?? this.#waterfall[0]?.lifeline);
  }

  /** Marks a lifeline, and brings it into view. */
  select(lifeline: Lifeline | undefined): void {
    this.#selected = lifeline;
    const index = this.#waterfall.findIndex((row) => row.lifeline === lifeline);
    if (index !== -1) this.#rows.reveal(index);
    this.#rows.refresh();
  }

  /** What a search does not find is pale. */
  narrow(search: Search): void {
    this.#search = search.isEmpty ? undefined : search;
    this.#rows.refresh();
  }

  /** Something is new. */
  refresh(): void {
    if (this.#traceId === undefined) return;
    const lifelines = this.#options.lifelines.ofTrace(this.#traceId);
    this.#waterfall = waterfallOf(lifelines);
    this.#services = servicesOf(lifelines);
    this.#stretch = lifelines.length > 0 ? stretchOf(lifelines, this.#options.now()) : [0, 1];
    this.#marks = this.#marksOf(this.#traceId);
    this.#tellAbout(lifelines);
    this.#rows.refresh();
  }

  #marksOf(traceId: string): Map<string, number[]> {
    const marks = new Map<string, number[]>();
    for (const { spanId = '', time } of this.#options.eventsOf(traceId)) {
      const times = marks.get(spanId) ?? [];
      marks.set(spanId, times);
      times.push(time);
    }
    return marks;
  }

  #tellAbout(lifelines: readonly Lifeline[]): void {
    const [from, to] = this.#stretch;
    const { length } = lifelines;
    const services = this.#services.length > 1 ? ` · ${this.#services.length} services` : '';
    element('trace-about', HTMLElement).textContent =
      length === 0
        ? 'No span of this trace has come, or none is kept.'
        : `${formatTime(from)} · ${formatDuration(to - from)} · ${length} ${length === 1 ? 'span' : 'spans'}${services}`;
    element('trace-id', HTMLElement).textContent = this.#traceId ?? '';
    const ticks = Array.from({ length: TICKS }, (_, tick) =>
      make('span', {}, tick === 0 ? '0' : formatDuration(((to - from) * tick) / TICKS)),
    );
    element('trace-axis', HTMLElement).replaceChildren(...ticks);
    const failed = lifelines.filter(({ outcome }) => LOOKS[outcome].failed).length;
    element('trace-failed', HTMLElement).textContent = failed > 0 ? `✕ ${failed} failed` : '';
  }

  #row(index: number): HTMLElement {
    const { lifeline, depth } = this.#waterfall[index] as WaterfallRow;
    const { span } = lifeline;
    const name = this.#options.nameOf(lifeline);
    const [from, to] = this.#stretch;
    const events = span.events?.map(({ time }) => time) ?? [];
    return traceRow({
      lifeline,
      depth,
      name,
      index,
      hue: this.#services.length > 1 ? this.#services.indexOf(span.service) : undefined,
      from,
      to,
      now: this.#options.now(),
      marks: [...events, ...(this.#marks.get(span.spanId) ?? [])],
      selected: lifeline === this.#selected,
      pale: this.#search?.findsSpan(lifeline, name) === false,
      choose: () => this.#options.select(lifeline),
    });
  }
}
