import { copyButton, make } from './dom.js';
import { readLine, titleOf } from './event-row.js';
import type { EventRecord, SenderRecord, SpanEventRecord } from './feed-message.js';
import { formatDuration, formatTime, formatTimeMillis } from './format.js';
import type { Lifeline } from './lifeline.js';

const MAX_EVENTS = 50;

/** When a span began, and how long it lasted or lasts. */
export function whenOf({ span, outcome, end }: Lifeline): HTMLElement {
  const runs = outcome === 'running';
  const length = runs
    ? make('b', { class: 'clock', 'data-since': String(span.start) })
    : make('b', { class: 'clock' }, formatDuration((end ?? span.start) - span.start));
  const when = runs
    ? `still running since ${formatTime(span.start)}`
    : `${formatTimeMillis(span.start)} – ${formatTimeMillis(end ?? span.start)}`;
  return make('p', { class: 'when' }, length, make('span', { class: 'muted' }, when));
}

/** What a span says of itself, and its ids. */
export function attributesOf({ span }: Lifeline, services: number): Node[] {
  const { statusMessage, scope, service, instance, told, heard } = span;
  const rows: [string, unknown][] = [
    ['name', span.name],
    ['kind', span.kind],
    ['status', span.status],
    ...rowIf('message', statusMessage),
    ...rowIf('service', services > 1 ? service : undefined),
    ...rowIf('instance', services > 1 ? instance : undefined),
    ...rowIf('scope', services > 1 ? scope : undefined),
    ...rowIf('last heard of', heard && formatTime(heard)),
    ...Object.entries(span.attributes),
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
  const note = 'Its events tell of it; the span itself comes when it has ended.';
  return [
    make('h3', {}, 'Span'),
    ...(told ? [make('p', { class: 'hint' }, note)] : []),
    make('dl', {}, ...rows.flatMap(([name, value]) => pair(name, textOf(value)))),
    make('dl', { class: 'ids' }, ...copied),
  ];
}

/** What happened during a span, as the span itself says. */
export function spanEventsOf({ span }: Lifeline): Node[] {
  const { events = [], start } = span;
  if (events.length === 0) return [];
  const shown = events.slice(0, MAX_EVENTS).map((event) => spanEventOf(event, start));
  const more = events.length - shown.length;
  return [
    make('h3', {}, 'Events of the span'),
    ...shown,
    ...(more > 0 ? [make('p', { class: 'hint' }, `and ${more} more`)] : []),
  ];
}

function spanEventOf({ name, time, attributes }: SpanEventRecord, start: number): HTMLElement {
  const rows = Object.entries(attributes).flatMap(([key, value]) => pair(key, textOf(value)));
  const after = make('span', { class: 'muted' }, `after ${formatDuration(time - start)}`);
  const summary = make('summary', {}, make('h3', {}, name), after);
  return make('details', { class: 'event' }, summary, make('dl', {}, ...rows));
}

/** The resource of who sent a span. */
export function senderOf(sender: SenderRecord | undefined): Node[] {
  if (sender === undefined) return [];
  const rows = Object.entries(sender.attributes).flatMap(([key, value]) =>
    pair(key, textOf(value)),
  );
  const service = make('span', { class: 'muted' }, sender.service);
  const summary = make('summary', {}, make('h3', {}, 'Sender'), service);
  return [make('details', { class: 'event' }, summary, make('dl', {}, ...rows))];
}

/** An event line, whole. */
export function eventOf(event: EventRecord, isOpen: boolean): HTMLElement {
  const line = readLine(event.line);
  const name = titleOf(line);
  return make(
    'details',
    { class: 'event', open: isOpen },
    make('summary', {}, make('h3', {}, name), make('span', { class: 'muted' }, line.level)),
    make('pre', { tabindex: '0', 'aria-label': name }, JSON.stringify(line, null, 2)),
    copyButton('Copy event line', () => event.line),
  );
}

function rowIf(name: string, value: string | undefined | 0): [string, string][] {
  return value ? [[name, value]] : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function pair(name: string, value: string, ...more: readonly Node[]): Node[] {
  return [make('dt', {}, name), make('dd', {}, make('code', {}, value), ...more)];
}
