import type { Lifeline } from './lifeline.js';

/** A line of the picture of a trace. */
export interface WaterfallRow {
  readonly lifeline: Lifeline;
  /** How many spans it is below; 0 where nothing that is known started it. */
  readonly depth: number;
}

/** All spans of a trace: each below what started it, those that one started by their start. */
export function waterfallOf(lifelines: readonly Lifeline[]): WaterfallRow[] {
  const known = new Set(lifelines);
  const children = new Map<Lifeline | undefined, Lifeline[]>();
  for (const lifeline of lifelines.toSorted((a, b) => b.span.start - a.span.start)) {
    const parent = known.has(lifeline.parent as Lifeline) ? lifeline.parent : undefined;
    const siblings = children.get(parent) ?? [];
    children.set(parent, siblings);
    siblings.push(lifeline);
  }
  const rows: WaterfallRow[] = [];
  const left = (children.get(undefined) ?? []).map((lifeline) => ({ lifeline, depth: 0 }));
  for (let row = left.pop(); row !== undefined; row = left.pop()) {
    rows.push(row);
    const depth = row.depth + 1;
    for (const lifeline of children.get(row.lifeline) ?? []) left.push({ lifeline, depth });
  }
  return rows;
}

/** From the first start to the last end of a trace, milliseconds since 1970. */
export function stretchOf(lifelines: readonly Lifeline[], now: number): [from: number, to: number] {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { span, end } of lifelines) {
    from = Math.min(from, span.start);
    to = Math.max(to, end ?? Math.max(now, span.start));
  }
  return [from, to];
}

/** The services of a trace, in the order in which they came into it. */
export function servicesOf(lifelines: readonly Lifeline[]): string[] {
  const byStart = lifelines.toSorted((a, b) => a.span.start - b.span.start);
  return [...new Set(byStart.map(({ span }) => span.service))];
}
