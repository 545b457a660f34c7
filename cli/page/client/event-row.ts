import { make } from './dom.js';
import type { EventRecord } from './feed-message.js';
import { formatTimeMillis } from './format.js';
import { LOOKS, RESULTS } from './outcome.js';

/** An event line, read. */
export interface EventLine {
  readonly timestamp: string;
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly target: string;
}

/** Where a row is in its list. */
export interface RowPlace {
  readonly selected: boolean;
  /** From 0. */
  readonly index: number;
  /** How many rows there are. */
  readonly all: number;
  /** Whether it says whose it is. */
  readonly whose: boolean;
}

/** What a row has no room for: what stands elsewhere in it, and ids. */
const QUIET_FIELD = /^(?:message|event\.name|traceparent|(?:.*[._])?id)$/;
const MAX_VALUE = 300;

/** Reads an event line. */
export function readLine(line: string): EventLine {
  return JSON.parse(line) as EventLine;
}

/** What an event is called: by its name, or else by what it says. */
export function titleOf({ fields }: EventLine): string {
  const { 'event.name': name, message = '' } = fields;
  return textOf(name ?? message);
}

/** Makes the row of an event. @param choose is told when somebody clicks it */
export function eventRow(event: EventRecord, place: RowPlace, choose: () => void): HTMLElement {
  const line = readLine(event.line);
  const { level, fields } = line;
  const rest = Object.entries(fields)
    .filter(([name]) => !QUIET_FIELD.test(name))
    .sort(([a], [b]) => Number(b === 'result') - Number(a === 'result'));
  const whose = place.whose ? [make('span', { class: 'whose' }, event.service)] : [];
  const [time, millis] = formatTimeMillis(event.time).split('.');
  return make(
    'div',
    {
      class: 'row',
      role: 'option',
      id: `event-${place.index}`,
      'aria-selected': String(place.selected),
      'aria-setsize': String(place.all),
      'aria-posinset': String(place.index + 1),
      click: choose,
    },
    make('time', {}, time ?? '', make('span', {}, `.${millis}`)),
    make('span', { class: `level ${level}` }, level),
    nameCell(fields),
    make('span', { class: 'fields' }, ...whose, ...rest.map(([name, value]) => field(name, value))),
  );
}

function nameCell(fields: EventLine['fields']): HTMLElement {
  const { 'event.name': name, message = '' } = fields;
  if (name === undefined) return make('span', { class: 'name' }, textOf(message));
  const text = textOf(name);
  const dot = text.lastIndexOf('.') + 1;
  return make('span', { class: 'name' }, make('span', {}, text.slice(0, dot)), text.slice(dot));
}

function field(name: string, value: unknown): HTMLElement {
  const known = name === 'result' ? RESULTS[String(value)] : undefined;
  const shown = known === undefined ? textOf(value) : `${LOOKS[known].glyph} ${value}`;
  return make('span', {}, `${name}=`, make('b', { class: known ?? '' }, shown));
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
