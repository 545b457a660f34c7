import { type Context, context as contextApi } from '@opentelemetry/api';
import type { ToolCallFacts, ToolCallOutcome } from '../conventions/facts.js';
import { errorTypeOf } from './error-type.js';
import { Lifecycle } from './lifecycle.js';

/** The guard of one tool call: dropping it ends the call and emits its three durations. */
export interface ToolCall extends Disposable {
  /** The context with the call's span. */
  readonly context: Context;
  /** Whether it has ended. */
  readonly settled: boolean;
  /**
   * Call it when the dispatch lock is taken and the tool runs.
   * @returns whether this call did; false from the second on
   */
  executionStarted(): boolean;
  /** Calls a function with the call's context active; throws what it throws. */
  run<T>(work: () => T): T;
}

const NOT_STARTED: ToolCallOutcome = { result: 'completed', startedAt: undefined };

/** The guard of a call that the model itself made. */
export class DirectToolCall extends Lifecycle<ToolCallFacts, ToolCallOutcome> implements ToolCall {
  #outcome = NOT_STARTED;

  protected override fallback(): ToolCallOutcome {
    return NOT_STARTED;
  }

  protected override failedBy(error: unknown): ToolCallOutcome {
    this.#outcome = { ...this.#outcome, errorType: errorTypeOf(error), error };
    return this.#outcome;
  }

  executionStarted(): boolean {
    if (this.settled || this.#outcome.startedAt !== undefined) return false;
    this.#outcome = { ...this.#outcome, startedAt: this.now() };
    this.fallBackTo(this.#outcome);
    return true;
  }
}

/** The guard of a call from a code-mode runtime: none, so that nothing is counted twice. */
export function uncountedToolCall(): ToolCall {
  return {
    context: contextApi.active(),
    settled: false,
    executionStarted: () => false,
    run: (work) => work(),
    [Symbol.dispose]() {},
  };
}
