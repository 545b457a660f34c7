import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import type { Outcome } from '../conventions/convention.js';
import { readClock } from '../signals/clock.js';
import type { Candidate, Series } from '../signals/series.js';
import type { Beginning } from '../signals/spans.js';
import type { Observer } from './observer.js';
import { Open, type OpenSet } from './open-set.js';
import { Recording } from './recording.js';

/** What goes along with something open. It never throws. */
export interface Companion {
  /** The thing observed really runs; this may be heard twice. */
  started?(pid: number | undefined): void;
  /** The event loop is held up from now on until it ends. */
  blocked?(): void;
  /** It has ended. */
  ended(): void;
}

/**
 * The observation of one boundary, from its begin to its one end. It counts in any case; what it records
 * for the signals is there only while somebody reads them.
 */
export class Observation<Facts, O extends Outcome> extends Open {
  /** What it ends with when nobody says another. */
  fallback: O;
  readonly #observer: Observer<Facts, O>;
  readonly #openSet: OpenSet;
  /** What is open on it, and ends with it. */
  readonly #members: OpenSet | undefined;
  readonly #series: Series;
  readonly #candidate: Candidate | undefined;
  readonly #recording: Recording<Facts, O> | undefined;
  #beginning: Beginning | undefined;
  #companions: Companion[] | undefined;
  #ended = false;
  #dequeued = false;
  #started = false;

  constructor(
    observer: Observer<Facts, O>,
    facts: Facts,
    beginning: Beginning,
    openSet: OpenSet,
    fallback: O,
    members?: OpenSet,
  ) {
    super();
    const { instruments, clock } = observer;
    const began = observer.isHeard ? readClock(clock) : undefined;
    this.fallback = fallback;
    this.#observer = observer;
    this.#openSet = openSet;
    this.#members = members;
    this.#series = instruments.begin(facts);
    this.#candidate = this.#series.proven ? undefined : instruments.candidate(facts);
    if (began === undefined) this.#beginning = beginning;
    else this.#recording = new Recording(observer, this.#series, facts, beginning, began);
    openSet.add(this);
  }

  /** The context with this lifecycle's span, or the parent's where no tracer made one. */
  get context(): Context {
    return this.#recording?.context ?? this.#beginning?.context ?? ROOT_CONTEXT;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Milliseconds on its clock, NaN where nobody reads its signals. */
  now(): number {
    return this.#recording === undefined ? Number.NaN : readClock(this.#observer.clock);
  }

  /**
   * Ends it now.
   * @returns whether this call did; false where it had ended before
   */
  end(outcome: O): boolean {
    if (this.#ended) return false;
    this.#settle(outcome, this.#stop());
    return true;
  }

  /**
   * Ends it now, where how it ended is known a moment later.
   * @returns what to tell the outcome to
   */
  stop(): (outcome: O) => void {
    if (this.#ended) return () => {};
    const ended = this.#stop();
    return (outcome) => this.#settle(outcome, ended);
  }

  override endByFallback(): void {
    this.end(this.fallback);
  }

  override abandoned(): void {
    if (this.end(this.fallback)) this.#observer.tellAbandoned();
  }

  /**
   * Records how long it waited before its work began; call when the work begins.
   * @returns whether this call did; false from the second on
   */
  dequeued(): boolean {
    if (this.#ended || this.#dequeued) return false;
    this.#dequeued = true;
    this.#recording?.dequeued();
    return true;
  }

  /**
   * Tells the span, and at DEBUG an event, that the thing observed really runs.
   * @returns whether this call did; false from the second on
   */
  started(pid: number | undefined): boolean {
    if (this.#ended || this.#started) return false;
    this.#started = true;
    this.#recording?.started(pid);
    this.spawned(pid);
    return true;
  }

  /** Tells those who go along that the thing observed really runs, before that is told to the signals. */
  spawned(pid: number | undefined): void {
    if (this.#companions) for (const companion of this.#companions) companion.started?.(pid);
  }

  /** Tells those who go along that the event loop is held up from now on until the end. */
  blocked(): void {
    if (this.#companions) for (const companion of this.#companions) companion.blocked?.();
  }

  /** Tells at INFO that the thing observed is still open, unless it has ended. */
  stillRunning(): void {
    if (!this.#ended) this.#recording?.stillRunning();
  }

  /** Has a companion hear of its start and its end. */
  accompany(companion: Companion): void {
    if (this.#companions) this.#companions.push(companion);
    else this.#companions = [companion];
  }

  #stop(): number | undefined {
    this.#ended = true;
    this.#members?.close();
    this.#openSet.remove(this);
    this.release();
    if (this.#companions) for (const companion of this.#companions) companion.ended();
    return this.#recording && readClock(this.#observer.clock);
  }

  #settle(outcome: O, ended: number | undefined): void {
    const { instruments } = this.#observer;
    const candidate = this.#candidate;
    const proof = candidate && { candidate, admitted: instruments.admit(candidate, outcome) };
    const ending = instruments.series.bound(outcome);
    const cell = instruments.settle(this.#series, proof?.admitted ?? this.#series, ending);
    if (ended !== undefined) this.#recording?.settle(outcome, ending, cell, ended, proof);
  }
}
