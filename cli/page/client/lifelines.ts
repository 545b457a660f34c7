import type { SpanRecord } from './feed-message.js';
import { type Outcome, outcomeOf } from './outcome.js';

const MAX_LIFELINES = 20_000;
const PROCESS = 'exec_server.process';

/** One bar: a request or a process. */
export interface Lifeline {
  span: SpanRecord;
  outcome: Outcome;
  /** Milliseconds since 1970; undefined while it runs. */
  end: number | undefined;
  readonly isProcess: boolean;
  readonly group: Group;
}

/** A request and what it started: what is drawn together. */
export interface Group {
  readonly start: number;
  readonly lifelines: Lifeline[];
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

  get(spanId: string | undefined): Lifeline | undefined {
    return spanId === undefined ? undefined : this.#bySpan.get(spanId);
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
    }
    if (this.#bySpan.size > MAX_LIFELINES) this.#forget();
  }

  /** The server is gone: nobody will ever say how what ran there ended. */
  lose(lastSeen: number): void {
    for (const lifeline of this.running()) {
      Object.assign(lifeline, { outcome: 'lost', end: Math.max(lifeline.span.start, lastSeen) });
    }
  }

  #add(span: SpanRecord): void {
    const parent = this.get(span.parentId);
    const group = parent?.group ?? { start: span.start, lifelines: [] };
    const isProcess = span.name === PROCESS;
    const lifeline = { span, outcome: outcomeOf(span), end: span.end, isProcess, group };
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
