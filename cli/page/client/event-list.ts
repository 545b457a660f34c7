import { element, make } from './dom.js';
import type { EventRecord, FilterAnswer } from './feed-message.js';
import { formatTimeMillis } from './format.js';
import { LOOKS, RESULTS } from './outcome.js';
import { authorization } from './token.js';

/** An event line, read. */
export interface EventLine {
  readonly timestamp: string;
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly target: string;
}

/** Whom the list tells, and what it needs. */
export interface EventListOptions {
  readonly token: () => string | undefined;
  /** Somebody chose an event. */
  readonly chosen: (event: EventRecord) => void;
}

const MAX_EVENTS = 10_000;
const ROW = 26;
const TYPING_MILLIS = 150;
/** What a row has no room for: what stands elsewhere in it, and ids. */
const QUIET_FIELD = /^(?:message|event\.name|traceparent|(?:.*[._])?id)$/;

/** The event lines that a filter lets through, newest first; only what can be seen is in the document. */
export class EventList {
  readonly #options: EventListOptions;
  readonly #list = element('event-list', HTMLElement);
  readonly #rows = make('div', { class: 'rows', role: 'presentation' });
  readonly #filter = element('filter', HTMLInputElement);
  #events: EventRecord[] = [];
  #shown: EventRecord[] = [];
  #minimum: FilterAnswer['minimum'] = {};
  #chosen: EventRecord | undefined;
  #painting = false;
  #typing: number | undefined;

  constructor(options: EventListOptions) {
    this.#options = options;
    this.#list.append(this.#rows);
    this.#list.addEventListener('scroll', () => this.#paintSoon());
    this.#list.addEventListener('keydown', (event) => this.#press(event));
    new ResizeObserver(() => this.#paintSoon()).observe(this.#list);
    this.#filter.addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => void this.#ask(), TYPING_MILLIS);
    });
    element('filter-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#ask();
    });
  }

  /** The events that belong to a span, the oldest first. */
  of(spanId: string): EventRecord[] {
    return this.#events.filter((event) => event.spanId === spanId);
  }

  /** Takes what is new. */
  add(events: readonly EventRecord[]): void {
    for (const event of events) {
      this.#events.push(event);
      if (this.#passes(event)) this.#shown.push(event);
    }
    if (this.#events.length > MAX_EVENTS) {
      this.#events = this.#events.slice(-MAX_EVENTS * 0.9);
      this.#shown = this.#events.filter((event) => this.#passes(event));
    }
    if (events.some(({ target }) => !(target in this.#minimum))) void this.#ask();
    this.#paintSoon();
  }

  /** Forgets what came after a time, because it will be told again. */
  forgetFrom(time: number): void {
    this.#events = this.#events.filter((event) => event.time < time);
    this.#shown = this.#shown.filter((event) => event.time < time);
    this.#paintSoon();
  }

  /** Marks the last event of a span, or none. */
  mark(spanId: string | undefined): void {
    this.#chosen = spanId === undefined ? undefined : this.of(spanId).at(-1);
    this.#paintSoon();
  }

  #passes({ target, severity }: EventRecord): boolean {
    const least = this.#minimum[target];
    return least === undefined || (least !== null && severity >= least);
  }

  /** Lets the server, which has the real parser, say what the directives mean. */
  async #ask(): Promise<void> {
    const asked = this.#filter.value;
    const query = new URLSearchParams({ directives: asked });
    const headers = authorization(this.#options.token());
    const response = await fetch(`page/filter?${query}`, { headers }).catch(() => undefined);
    if (response === undefined || asked !== this.#filter.value) return;
    const problem = element('filter-error', HTMLElement);
    const wrong = response.status === 400;
    problem.textContent = wrong ? (await response.text()).trim() : '';
    this.#filter.setAttribute('aria-invalid', String(wrong));
    if (!response.ok) return;
    this.#minimum = ((await response.json()) as FilterAnswer).minimum;
    this.#shown = this.#events.filter((event) => this.#passes(event));
    this.#paintSoon();
  }

  #press(event: KeyboardEvent): void {
    const newestFirst = this.#shown.toReversed();
    const at = this.#chosen === undefined ? -1 : newestFirst.indexOf(this.#chosen);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: Math.max(0, at - 1),
      Home: 0,
      End: newestFirst.length - 1,
    };
    const next = newestFirst[moves[event.key] ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    this.#choose(next);
    const top = newestFirst.indexOf(next) * ROW;
    const { scrollTop, clientHeight } = this.#list;
    if (top < scrollTop) this.#list.scrollTop = top;
    else if (top + ROW > scrollTop + clientHeight) this.#list.scrollTop = top + ROW - clientHeight;
  }

  #choose(event: EventRecord): void {
    this.#options.chosen(event);
    this.#chosen = event;
    this.#paintSoon();
  }

  #paintSoon(): void {
    if (this.#painting) return;
    this.#painting = true;
    requestAnimationFrame(() => {
      this.#painting = false;
      this.#paint();
    });
  }

  #paint(): void {
    const all = this.#shown.length;
    const first = Math.max(0, Math.floor(this.#list.scrollTop / ROW) - 4);
    const last = Math.min(all, first + Math.ceil(this.#list.clientHeight / ROW) + 8);
    const rows: Node[] = [];
    for (let index = first; index < last; index++) {
      const event = this.#shown[all - 1 - index];
      if (event !== undefined) rows.push(this.#row(event, index, all));
    }
    this.#rows.style.height = `${all * ROW}px`;
    this.#rows.replaceChildren(...rows);
    const chosen = this.#rows.querySelector('[aria-selected="true"]');
    if (chosen === null) this.#list.removeAttribute('aria-activedescendant');
    else this.#list.setAttribute('aria-activedescendant', chosen.id);
    this.#list.classList.toggle('bare', all === 0);
    element('event-count', HTMLElement).textContent =
      all === this.#events.length ? `${all}` : `${all} of ${this.#events.length}`;
  }

  #row(event: EventRecord, index: number, all: number): HTMLElement {
    const { level, fields } = readLine(event.line);
    const rest = Object.entries(fields)
      .filter(([name]) => !QUIET_FIELD.test(name))
      .sort(([a], [b]) => Number(b === 'result') - Number(a === 'result'));
    const [time, millis] = formatTimeMillis(event.time).split('.');
    const row = make(
      'div',
      {
        class: 'row',
        role: 'option',
        id: `event-${event.id}`,
        'aria-selected': String(event === this.#chosen),
        'aria-setsize': String(all),
        'aria-posinset': String(index + 1),
        click: () => this.#choose(event),
      },
      make('time', {}, time ?? '', make('span', {}, `.${millis}`)),
      make('span', { class: `level ${level}` }, level),
      nameCell(String(fields['event.name'] ?? fields.message ?? '')),
      make('span', { class: 'fields' }, ...rest.map(([name, value]) => field(name, value))),
    );
    row.style.top = `${index * ROW}px`;
    return row;
  }
}

function nameCell(name: string): HTMLElement {
  const dot = name.lastIndexOf('.') + 1;
  return make('span', { class: 'name' }, make('span', {}, name.slice(0, dot)), name.slice(dot));
}

function field(name: string, value: unknown): HTMLElement {
  const known = name === 'result' ? RESULTS[String(value)] : undefined;
  const shown = known === undefined ? String(value) : `${LOOKS[known].glyph} ${value}`;
  return make('span', {}, `${name}=`, make('b', { class: known ?? '' }, shown));
}

/** Reads an event line. */
export function readLine(line: string): EventLine {
  return JSON.parse(line) as EventLine;
}
