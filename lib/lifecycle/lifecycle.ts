import { isPromise } from 'node:util/types';
import type { Context } from '@opentelemetry/api';
import type { Outcome } from '../conventions/convention.js';
import { runInContext } from '../opentelemetry/active-context.js';
import type { Beginning } from '../signals/spans.js';
import type { Beating } from './heartbeat.js';
import { type Companion, Observation } from './observation.js';
import type { Observer } from './observer.js';
import type { OpenSet } from './open-set.js';
import { currentTurn, type ForeignPromise, readRejection, rejectedAmong } from './rejection.js';

/**
 * What a caller holds of one observed boundary. It begins when it is made and settles once: the first settle
 * wins, every later one does nothing. No method throws because of telemetry.
 *
 * Leaving its block without a word settles it: with the error that its `run` threw or rejected with, else
 * with its kind's fallback outcome. So does letting go of it, once it is collected as garbage.
 */
export abstract class Lifecycle<Facts, O extends Outcome> implements Disposable {
  readonly #observation: Observation<Facts, O>;
  #returned: ForeignPromise | undefined;

  /** @internal */
  constructor(
    observer: Observer<Facts, O>,
    facts: Facts,
    beginning: Beginning,
    openSet: OpenSet,
    members?: OpenSet,
  ) {
    const outcome = this.fallback();
    this.#observation = new Observation(observer, facts, beginning, openSet, outcome, members);
    this.#observation.holder = this;
  }

  /** The context with this lifecycle's span, or the parent's where no tracer made one. */
  get context(): Context {
    return this.#observation.context;
  }

  /** Whether it has ended. */
  get settled(): boolean {
    return this.#observation.ended;
  }

  /**
   * Has companions hear of its start and its end.
   * @param make is told what tells that it is still open, and doesn't keep this alive
   * @internal
   */
  accompany(make: (observation: Beating) => Companion | undefined): void {
    const companion = make(this.#observation);
    if (companion !== undefined) this.#observation.accompany(companion);
  }

  /** Says that the event loop is held up from now on until it ends. @internal */
  blocked(): void {
    this.#observation.blocked();
  }

  /** The outcome for when nobody says another. */
  protected abstract fallback(): O;

  /** The outcome for when the work inside threw. */
  protected abstract failedBy(error: unknown): O;

  /**
   * Calls a function with this lifecycle's context active, so that what it starts becomes a child. What it
   * throws or rejects with is what leaving the block settles with.
   * @returns what the function returns; a promise is the function's own, neither handled nor delayed
   * @throws what the function throws
   */
  run<T>(work: () => T): T {
    let result: T;
    try {
      result = runInContext(() => this.context, work);
    } catch (error) {
      this.#observation.fallback = this.failedBy(error);
      throw error;
    }
    if (isPromise(result)) {
      this.#returned = { promise: result, turn: currentTurn(), earlier: this.#returned };
    }
    return result;
  }

  /** Settles it as {@link Lifecycle} says, unless it has ended already. */
  [Symbol.dispose](): void {
    if (this.settled) return;
    const rejected = rejectedAmong(this.#returned);
    if (rejected.length === 0) this.#observation.endByFallback();
    else {
      const tell = this.#observation.stop();
      readRejection(rejected, (error) => tell(this.failedBy(error)));
    }
  }

  /** Milliseconds on its clock, NaN where nobody reads its signals. */
  protected now(): number {
    return this.#observation.now();
  }

  /** Changes the outcome for when nobody says another. */
  protected fallBackTo(outcome: O): void {
    this.#observation.fallback = outcome;
  }

  /** Ends it. Returns whether this call did; false where it had ended before. */
  protected end(outcome: O): boolean {
    return this.#observation.end(outcome);
  }

  /** Tells that its work begins. Returns whether this call did; false from the second on. */
  protected recordQueueTime(): boolean {
    return this.#observation.dequeued();
  }

  /** Tells that the thing observed really runs. Returns whether this call did; false from the second on. */
  protected start(pid: number | undefined): boolean {
    return this.#observation.started(pid);
  }

  /** Has companions know at once that the thing observed really runs. */
  protected tellCompanions(pid: number): void {
    if (!this.settled) this.#observation.spawned(pid);
  }
}
