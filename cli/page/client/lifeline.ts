import type { SpanRecord } from './feed-message.js';
import type { Outcome } from './outcome.js';

/** One bar: a span. */
export interface Lifeline {
  readonly key: string;
  span: SpanRecord;
  outcome: Outcome;
  /** Milliseconds since 1970; undefined while it runs. */
  end: number | undefined;
  /** Undefined where the page does not know it. */
  parent: Lifeline | undefined;
  group: Group;
}

/** Whether what one span started goes on after that span has ended: a process that outlives its request. */
export function outlives({ parent, end }: Lifeline): boolean {
  return parent?.end !== undefined && (end === undefined || end > parent.end);
}

/** A span without a known parent in its service, and what it started there: what is drawn together. */
export interface Group {
  readonly service: string;
  readonly start: number;
  /** When the last of it ended; infinite while something of it runs. */
  end: number;
  /** The first one started the others. */
  lifelines: Lifeline[];
}

/** The one that a group is named after: what outlives its parent, what the host has a name for, or the first. */
export function namesakeOf({ lifelines }: Group): Lifeline | undefined {
  const [first] = lifelines;
  return (
    lifelines.findLast((one) => one !== first && outlives(one)) ??
    lifelines.findLast(({ span }) => span.hosted?.name !== undefined) ??
    first
  );
}

/** Reads the end of a group off its lifelines. */
export function settleEnd(group: Group): void {
  let last = group.start;
  for (const { end } of group.lifelines) last = Math.max(last, end ?? Number.POSITIVE_INFINITY);
  group.end = last;
}

/** What a span is known by. */
export function keyOf(traceId: string, spanId: string): string {
  return traceId + spanId;
}

/** Whether an ancestor is a lifeline itself, or one of those that it comes from. */
export function isAmongAncestors(ancestor: Lifeline, lifeline: Lifeline | undefined): boolean {
  for (let one = lifeline; one !== undefined; one = one.parent) if (one === ancestor) return true;
  return false;
}

/** Whether a span that has come went on when another one of its service, of which events tell, began. */
export function isAround({ span, end }: Lifeline, { span: inner }: Lifeline): boolean {
  const isOther = span.traceId !== inner.traceId || span.service !== inner.service;
  if (span.told || isOther) return false;
  return span.start <= inner.start && (end ?? Number.POSITIVE_INFINITY) >= inner.start;
}
