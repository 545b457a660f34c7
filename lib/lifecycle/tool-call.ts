import { type Context, context as contextApi } from '@opentelemetry/api';
import type { ToolCallFacts, ToolCallOutcome } from '../conventions/facts.js';
import type { Beginning } from '../signals/spans.js';
import { Lifecycle, type Observer } from './lifecycle.js';
import type { Scope } from './open-set.js';

/** The guard of one tool call: dropping it ends the call and emits its three durations. */
export interface ToolCall extends Disposable {
  /** The context with the call's span. */
  readonly context: Context;
  /** Whether it has ended. */
  readonly settled: boolean;
  /** Tells that the dispatch lock was taken and the tool runs now. Only the first call counts. */
  executionStarted(): void;
  /** Calls a function with the call's context active; throws what it throws. */
  run<T>(work: () => T): T;
}

/** The guard of a call that the model itself made. */
export class DirectToolCall extends Lifecycle<ToolCallFacts, ToolCallOutcome> implements ToolCall {
  #startedAt: number | undefined;

  /** @internal */
  constructor(
    observer: Observer<ToolCallFacts, ToolCallOutcome>,
    facts: ToolCallFacts,
    beginning: Beginning,
    scope: Scope,
  ) {
    super(observer, facts, beginning, scope);
  }

  protected override get fallback(): ToolCallOutcome {
    return { result: 'completed', startedAt: this.#startedAt };
  }

  executionStarted(): void {
    this.#startedAt ??= this.now();
  }
}

/** The guard of a call from a code-mode runtime: none, so that nothing is counted twice. */
export function uncountedToolCall(): ToolCall {
  return {
    context: contextApi.active(),
    settled: false,
    executionStarted() {},
    run: (work) => work(),
    [Symbol.dispose]() {},
  };
}
