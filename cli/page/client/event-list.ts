import { DirectiveFilter } from './directive-filter.js';
import { element } from './dom.js';
import { eventRow } from './event-row.js';
import type { EventRecord } from './feed-message.js';
import type { Lifeline } from './lifeline.js';
import { Search } from './search.js';
import { VirtualRows } from './virtual-rows.js';

/** Whom the list tells, and what it needs. */
export interface EventListOptions {
  readonly token: () => string | undefined;
  /** Of how many services the page shows something. */
  readonly services: () => number;
  /** Somebody chose an event. */
  readonly chosen: (event: EventRecord) => void;
}

const MAX_EVENTS = 10_000;
const ROW = 26;

/** The event lines that the filter, the search and the trace let through, newest first. */
export class EventList {
  readonly #options: EventListOptions;
  readonly #rows: VirtualRows;
  readonly #filter: DirectiveFilter;
  #events: EventRecord[] = [];
  #shown: EventRecord[] = [];
  #older = 0;
  #search = new Search('');
  #traceId: string | undefined;
  #chosen: EventRecord | undefined;

  constructor(options: EventListOptions) {
    this.#options = options;
    this.#filter = new DirectiveFilter(options.token, () => this.#sift());
    this.#rows = new VirtualRows(element('event-list', HTMLElement), ROW, {
      count: () => this.#shown.length,
      row: (index) => this.#row(index),
      move: (index) => this.#choose(this.#at(index)),
      selected: () => this.#indexOf(this.#chosen),
    });
  }

  /** The events that belong to a span, the oldest first. */
  of({ span }: Lifeline): EventRecord[] {
    const { traceId, spanId } = span;
    return this.#events.filter((event) => event.spanId === spanId && event.traceId === traceId);
  }

  /** The events of a trace, the oldest first. */
  ofTrace(traceId: string): EventRecord[] {
    return this.#events.filter((event) => event.traceId === traceId);
  }

  /** Takes what is new. */
  add(events: readonly EventRecord[]): void {
    for (const event of events) {
      insert(this.#events, event, this.#older);
      if (this.#passes(event)) insert(this.#shown, event, 0);
    }
    if (this.#events.length > MAX_EVENTS) {
      const surplus = this.#events.length - MAX_EVENTS * 0.9;
      this.#events.splice(0, surplus);
      this.#older = Math.max(0, this.#older - surplus);
      this.#sift();
    }
    this.#filter.meet(events);
    this.#refresh();
  }

  /** A server begins to tell all that it has. @param isSame whether it has told some of it before */
  begin(isSame: boolean): void {
    if (isSame) this.#events.length = this.#older;
    else this.#older = this.#events.length;
    this.#sift();
  }

  /** Shows what a search finds, and of a trace alone where one is given. */
  narrow(search: Search, traceId: string | undefined): void {
    this.#search = search;
    this.#traceId = traceId;
    this.#sift();
  }

  /** Marks the last event of a lifeline, or none. */
  mark(lifeline: Lifeline | undefined): void {
    const isOne = this.#chosen && lifeline && this.of(lifeline).includes(this.#chosen);
    if (!isOne) this.#chosen = lifeline && this.of(lifeline).at(-1);
    this.#rows.refresh();
  }

  #passes(event: EventRecord): boolean {
    if (this.#traceId !== undefined && event.traceId !== this.#traceId) return false;
    return this.#filter.passes(event) && this.#search.findsEvent(event);
  }

  #sift(): void {
    this.#shown = this.#events.filter((event) => this.#passes(event));
    this.#refresh();
  }

  #refresh(): void {
    const [all, shown] = [this.#events.length, this.#shown.length];
    element('event-count', HTMLElement).textContent =
      shown === all ? `${shown}` : `${shown} of ${all}`;
    this.#rows.refresh();
  }

  #choose(event: EventRecord | undefined): void {
    if (event === undefined) return;
    this.#chosen = event;
    this.#options.chosen(event);
    this.#rows.refresh();
  }

  #at(index: number): EventRecord | undefined {
    return this.#shown[this.#shown.length - 1 - index];
  }

  #indexOf(event: EventRecord | undefined): number {
    const index = event === undefined ? -1 : this.#shown.lastIndexOf(event);
    return index === -1 ? -1 : this.#shown.length - 1 - index;
  }

  #row(index: number): HTMLElement {
    const event = this.#at(index) as EventRecord;
    const all = this.#shown.length;
    const whose = this.#options.services() > 1;
    const place = { selected: event === this.#chosen, index, all, whose };
    return eventRow(event, place, () => this.#choose(event));
  }
}

/** Senders tell late: each event goes where its time is. @param from the first place where it may go */
function insert(events: EventRecord[], event: EventRecord, from: number): void {
  let index = events.length;
  while (index > from && (events[index - 1]?.time ?? 0) > event.time) index--;
  events.splice(index, 0, event);
}
