import { make } from './dom.js';
import { formatDuration } from './format.js';
import type { Lifeline } from './lifeline.js';
import { LOOKS } from './outcome.js';

/** What a row of a trace shows. */
export interface TraceRowFacts {
  readonly lifeline: Lifeline;
  readonly depth: number;
  readonly name: string;
  readonly index: number;
  /** Which of the colours of services it has; undefined where there is one service alone. */
  readonly hue: number | undefined;
  /** The stretch of the trace, milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly now: number;
  /** When something happened, milliseconds since 1970. */
  readonly marks: readonly number[];
  readonly selected: boolean;
  /** Whether it is not what is looked for. */
  readonly pale: boolean;
  readonly choose: () => void;
}

const HUES = 6;
const MAX_INDENT = 12;
const MAX_MARKS = 60;
/** A shorter bar would be hidden by what is marked on it. */
const LEAST_MARKED = 0.015;
const NEAR_END = 0.72;

/** Makes the row of a span in the picture of its trace. */
export function traceRow(facts: TraceRowFacts): HTMLElement {
  const { lifeline, depth, name, index, hue, selected, pale, choose } = facts;
  const { span, outcome } = lifeline;
  const { glyph, label } = LOOKS[outcome];
  const service = hue === undefined ? '' : span.service;
  const look = ['row', pale ? 'pale' : '', hue === undefined ? '' : `hue-${hue % HUES}`].join(' ');
  const what = make(
    'span',
    { class: 'what' },
    make('span', { class: outcome, 'aria-label': label, role: 'img' }, glyph),
    make('span', { class: 'name', title: name }, name),
    make('span', { class: 'service' }, service),
  );
  what.style.paddingLeft = `${Math.min(depth, MAX_INDENT) * 12}px`;
  return make(
    'div',
    {
      class: look,
      role: 'treeitem',
      id: `span-${index}`,
      'aria-level': String(depth + 1),
      'aria-selected': String(selected),
      click: choose,
    },
    what,
    trackOf(facts),
  );
}

function trackOf({ lifeline, from, to, now, marks }: TraceRowFacts): HTMLElement {
  const { span, outcome } = lifeline;
  const end = lifeline.end ?? Math.max(now, span.start);
  const share = (time: number) =>
    Math.max(0, Math.min(1, (time - from) / Math.max(1e-6, to - from)));
  const bar = make('span', { class: `bar ${outcome}` });
  bar.style.left = percent(share(span.start));
  bar.style.width = percent(share(end) - share(span.start));
  const lasted = make('span', { class: 'lasted' }, formatDuration(end - span.start));
  if (share(end) < NEAR_END) lasted.style.left = percent(share(end));
  else lasted.style.right = percent(1 - share(span.start));
  const isInside = share(end) >= NEAR_END && share(span.start) <= 1 - NEAR_END;
  if (isInside) {
    lasted.classList.add('inside');
    lasted.style.right = percent(1 - share(end));
  }
  const isLong = share(end) - share(span.start) >= LEAST_MARKED;
  const dots = marks.slice(0, isLong ? MAX_MARKS : 0).map((time) => {
    const dot = make('span', { class: 'mark' });
    dot.style.left = percent(share(time));
    return dot;
  });
  return make('span', { class: 'track' }, bar, ...dots, lasted);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
