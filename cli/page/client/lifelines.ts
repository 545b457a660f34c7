import type { SpanRecord } from './feed-message.js';
import { type Outcome, outcomeOf } from './outcome.js';

const MAX_LIFELINES = 20_000;

/** One bar: a span. */
export interface Lifeline {
  span: SpanRecord;
  outcome: Outcome;
  /** Milliseconds since 1970; undefined while it runs. */
  end: number | undefined;
  /** Undefined where the page does not know it. */
  readonly parent: Lifeline | undefined;
  readonly group: Group;
}

/** Whether what one span started goes on after that span has ended: a process that outlives its request. */
export function outlives({ parent, end }: Lifeline): boolean {
  return parent?.end !== undefined && (end === undefined || end > parent.end);
}

/** A span without a known parent, and what it started: what is drawn together. */
export interface Group {
  readonly start: number;
  readonly lifelines: Lifeline[];
}

/** The one that a group is named after: what outlives its parent, what the host has a name for, or the first. */
export function namesakeOf({ lifelines }: Group): Lifeline | undefined {
  return (
    lifelines.findLast(outlives) ??
    lifelines.findLast(({ span }) => span.hosted?.name !== undefined) ??
    lifelines[0]
  );
}

/** When the last of a group ended; infinite while something of it runs. */
export function endOf({ lifelines, start }: Group): number {
  let last = start;
  for (const { end } of lifelines) last = Math.max(last, end ?? Number.POSITIVE_INFINITY);
  return last;
}

/** All lifelines that the page knows, oldest first. */
export class Lifelines {
  readonly #bySpan = new Map<string, Lifeline>();
  readonly #outcomes = new Set<Outcome>(['running', 'success', 'error']);
  #groups: Group[] = [];
  #generation = 0;

  /** In the order in which they started. */
  get groups(): readonly Group[] {
    return this.#groups;
  }

  /** Another number whenever the groups are not the old ones with new ones at their end. */
  get generation(): number {
    return this.#generation;
  }

  get size(): number {
    return this.#bySpan.size;
  }

  /** The outcomes that there were, and those that there always are. */
  get outcomes(): ReadonlySet<Outcome> {
    return this.#outcomes;
  }

  get(spanId: string | undefined): Lifeline | undefined {
    return spanId === undefined ? undefined : this.#bySpan.get(spanId);
  }

  /** The newest one of a subject of the host. */
  ofSubject(subject: string): Lifeline | undefined {
    return [...this.#bySpan.values()].findLast(({ span }) => span.hosted?.subject === subject);
  }

  /** Those that run, the oldest first. */
  running(): Lifeline[] {
    return [...this.#bySpan.values()].filter(({ outcome }) => outcome === 'running');
  }

  /** Takes what is new about spans. */
  apply(spans: readonly SpanRecord[]): void {
    for (const span of spans) {
      const known = this.#bySpan.get(span.spanId);
      if (known === undefined) this.#add(span);
      else Object.assign(known, { span, outcome: outcomeOf(span), end: span.end });
      this.#outcomes.add(outcomeOf(span));
    }
    if (this.#bySpan.size > MAX_LIFELINES) this.#forget();
  }

  /** The server is gone: nobody will ever say how what ran there ended. */
  lose(lastSeen: number): void {
    for (const lifeline of this.running()) {
      this.#outcomes.add('lost');
      Object.assign(lifeline, { outcome: 'lost', end: Math.max(lifeline.span.start, lastSeen) });
    }
  }

  #add(span: SpanRecord): void {
    const parent = this.get(span.parentId);
    const group = parent?.group ?? { start: span.start, lifelines: [] };
    const lifeline = { span, outcome: outcomeOf(span), end: span.end, parent, group };
    group.lifelines.push(lifeline);
    this.#bySpan.set(span.spanId, lifeline);
    if (parent === undefined) this.#insert(group);
  }

  #insert(group: Group): void {
    let index = this.#groups.length;
    while (index > 0 && (this.#groups[index - 1]?.start ?? 0) > group.start) index--;
    if (index < this.#groups.length) this.#generation++;
    this.#groups.splice(index, 0, group);
  }

  #forget(): void {
    const surplus = this.#bySpan.size - MAX_LIFELINES * 0.9;
    let dropped = 0;
    this.#groups = this.#groups.filter((group) => {
      if (dropped >= surplus || endOf(group) === Number.POSITIVE_INFINITY) return true;
      for (const { span } of group.lifelines) this.#bySpan.delete(span.spanId);
      dropped += group.lifelines.length;
      return false;
    });
    this.#generation++;
  }
}
