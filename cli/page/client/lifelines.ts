import type { SpanRecord } from './feed-message.js';
import {
  type Group,
  isAmongAncestors,
  isAround,
  keyOf,
  type Lifeline,
  settleEnd,
} from './lifeline.js';
import { type Outcome, outcomeOf } from './outcome.js';

const MAX_LIFELINES = 20_000;

/** All lifelines that the page knows, oldest first. */
export class Lifelines {
  readonly #bySpan = new Map<string, Lifeline>();
  readonly #byTrace = new Map<string, Lifeline[]>();
  readonly #waiting = new Map<string, Lifeline[]>();
  readonly #running = new Set<Lifeline>();
  /** Those that events alone tell of, as long as they don't say what started them. */
  readonly #told = new Set<Lifeline>();
  readonly #services = new Set<string>();
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

  get(traceId: string | undefined, spanId: string | undefined): Lifeline | undefined {
    return this.#bySpan.get(keyOf(traceId ?? '', spanId ?? ''));
  }

  /** Those of a trace, in the order in which they came. */
  ofTrace(traceId: string): readonly Lifeline[] {
    return this.#byTrace.get(traceId) ?? [];
  }

  /** Of how many services there are some. */
  get services(): number {
    return this.#services.size;
  }

  /** Where the latest traces began, the newest first. @param most how many at most */
  recent(most: number): Lifeline[] {
    const found = new Map<string, Lifeline>();
    for (let index = this.#groups.length - 1; index >= 0 && found.size < most; index--) {
      const first = this.#groups[index]?.lifelines[0];
      if (first !== undefined && first.parent === undefined) found.set(first.span.traceId, first);
    }
    return [...found.values()];
  }

  /** The newest one of a subject of the host. */
  ofSubject(subject: string): Lifeline | undefined {
    return [...this.#bySpan.values()].findLast(({ span }) => span.hosted?.subject === subject);
  }

  /** Those that run, the oldest first. */
  running(): Lifeline[] {
    return [...this.#running].sort((a, b) => a.span.start - b.span.start);
  }

  /** Takes what is new about spans. */
  apply(spans: readonly SpanRecord[]): void {
    for (const span of spans) {
      const known = this.get(span.traceId, span.spanId);
      if (known === undefined) this.#add(span);
      else this.#update(known, span);
    }
    if (this.#bySpan.size > MAX_LIFELINES) this.#forget();
  }

  /** The server is gone: nobody will ever say how what ran there ended. */
  lose(lastSeen: number): void {
    for (const lifeline of this.running()) {
      this.#settle(lifeline, 'lost', Math.max(lifeline.span.start, lastSeen));
    }
  }

  /** What has missed its heartbeats by now is lost. @returns whether anything was */
  loseSilent(now: number): boolean {
    const silent = this.running().filter(({ span }) => (span.silentAfter ?? now) < now);
    for (const lifeline of silent) this.#settle(lifeline, 'lost', lifeline.span.heard);
    return silent.length > 0;
  }

  #add(span: SpanRecord): void {
    const key = keyOf(span.traceId, span.spanId);
    const { service, start } = span;
    const group: Group = { service, start, end: start, lifelines: [] };
    const lifeline: Lifeline = {
      key,
      span,
      outcome: 'running',
      end: undefined,
      parent: undefined,
      group,
    };
    group.lifelines.push(lifeline);
    this.#bySpan.set(key, lifeline);
    this.#services.add(span.service);
    listIn(this.#byTrace, span.traceId).push(lifeline);
    this.#settle(lifeline, outcomeOf(span), span.end);
    const parent = this.#parentOf(lifeline);
    if (parent === undefined || !this.#join(lifeline, parent)) this.#insert(group);
    for (const child of this.#childrenWaitingFor(lifeline)) this.#adopt(child, lifeline);
  }

  #update(lifeline: Lifeline, span: SpanRecord): void {
    lifeline.span = span;
    this.#settle(lifeline, outcomeOf(span), span.end);
    const parent = this.#parentOf(lifeline);
    if (parent !== undefined && parent !== lifeline.parent) this.#adopt(lifeline, parent);
  }

  #settle(lifeline: Lifeline, outcome: Outcome, end: number | undefined): void {
    Object.assign(lifeline, { outcome, end });
    const { group } = lifeline;
    if (group.end === Number.POSITIVE_INFINITY) settleEnd(group);
    else group.end = Math.max(group.end, end ?? Number.POSITIVE_INFINITY);
    this.#outcomes.add(outcome);
    if (outcome === 'running') this.#running.add(lifeline);
    else this.#running.delete(lifeline);
    if (lifeline.span.told && lifeline.parent === undefined) this.#told.add(lifeline);
    else this.#told.delete(lifeline);
  }

  #parentOf(lifeline: Lifeline): Lifeline | undefined {
    const { traceId, parentId, told } = lifeline.span;
    if (told && parentId === undefined) return lifeline.parent ?? this.#guessParent(lifeline);
    if (parentId === undefined) return undefined;
    const parent = this.get(traceId, parentId);
    if (parent === undefined) listIn(this.#waiting, keyOf(traceId, parentId)).push(lifeline);
    return isAmongAncestors(lifeline, parent) ? undefined : parent;
  }

  /** Events don't say what started a span: the latest in its trace and service that went on then. */
  #guessParent(child: Lifeline): Lifeline | undefined {
    return this.ofTrace(child.span.traceId).findLast((one) => isAround(one, child));
  }

  #childrenWaitingFor(lifeline: Lifeline): Lifeline[] {
    const waiting = this.#waiting.get(lifeline.key) ?? [];
    this.#waiting.delete(lifeline.key);
    const told = [...this.#told].filter((one) => isAround(lifeline, one));
    return [...waiting, ...told].filter((child) => !isAmongAncestors(child, lifeline));
  }

  #adopt(child: Lifeline, parent: Lifeline): void {
    const before = child.group;
    this.#told.delete(child);
    if (!this.#join(child, parent)) return;
    if (before.lifelines.length === 0) this.#remove(before);
    this.#generation++;
  }

  /** @returns whether it is drawn together with its parent: whether they are of one service */
  #join(child: Lifeline, parent: Lifeline): boolean {
    child.parent = parent;
    const { group } = parent;
    if (group.service !== child.span.service || group === child.group) return false;
    const from = child.group;
    const moving = new Set(from.lifelines.filter((one) => isAmongAncestors(child, one)));
    from.lifelines = from.lifelines.filter((one) => !moving.has(one));
    for (const one of moving) one.group = group;
    for (const one of moving) group.lifelines.push(one);
    group.end = Math.max(group.end, from.end);
    settleEnd(from);
    return true;
  }

  #insert(group: Group): void {
    let index = this.#groups.length;
    while (index > 0 && (this.#groups[index - 1]?.start ?? 0) > group.start) index--;
    if (index < this.#groups.length) this.#generation++;
    this.#groups.splice(index, 0, group);
  }

  #remove(group: Group): void {
    const index = this.#groups.indexOf(group);
    if (index !== -1) this.#groups.splice(index, 1);
  }

  #forget(): void {
    this.#forgetWhere((group) => group.end !== Number.POSITIVE_INFINITY);
    this.#forgetWhere(() => true);
    this.#byTrace.clear();
    this.#waiting.clear();
    for (const lifeline of this.#bySpan.values()) {
      listIn(this.#byTrace, lifeline.span.traceId).push(lifeline);
      if (lifeline.parent === undefined) this.#parentOf(lifeline);
    }
    this.#generation++;
  }

  #forgetWhere(isWanted: (group: Group) => boolean): void {
    const most = this.#bySpan.size > MAX_LIFELINES ? MAX_LIFELINES * 0.9 : MAX_LIFELINES;
    this.#groups = this.#groups.filter((group) => {
      if (this.#bySpan.size <= most || !isWanted(group)) return true;
      for (const lifeline of group.lifelines) this.#drop(lifeline);
      return false;
    });
  }

  #drop(lifeline: Lifeline): void {
    this.#bySpan.delete(lifeline.key);
    this.#told.delete(lifeline);
    this.#running.delete(lifeline);
  }
}

function listIn(map: Map<string, Lifeline[]>, key: string): Lifeline[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}
