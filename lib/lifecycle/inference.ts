import type { InferenceFacts, InferenceOutcome } from '../conventions/facts.js';
import type { Beginning } from '../signals/spans.js';
import { errorTypeOf } from './error-type.js';
import { Lifecycle, type Observer } from './lifecycle.js';
import type { Scope } from './open-set.js';

/** How a model call ended. */
export type InferenceEnd =
  | { readonly result: 'success' | 'cancelled' }
  | {
      readonly result: 'error';
      /** A class of error with few distinct values. */
      readonly type?: string | undefined;
      /** What was thrown; only its class is used. */
      readonly error?: unknown;
    };

const CANCELLED: InferenceOutcome = { result: 'cancelled', errorType: 'cancelled' };

/** A model call, from sending it to its complete answer. Left without a word it is `cancelled`. */
export class Inference extends Lifecycle<InferenceFacts, InferenceOutcome> {
  /** @internal */
  constructor(
    observer: Observer<InferenceFacts, InferenceOutcome>,
    facts: InferenceFacts,
    beginning: Beginning,
    scope: Scope,
  ) {
    super(observer, facts, beginning, scope);
  }

  protected override get fallback(): InferenceOutcome {
    return CANCELLED;
  }

  /** Ends it. Returns whether this call did; false where it had ended before. */
  settle(end: InferenceEnd): boolean {
    if (end?.result === 'success') return this.end({ result: 'success' });
    if (end?.result !== 'error') return this.end(CANCELLED);
    return this.end({ result: 'error', errorType: end.type ?? errorTypeOf(end.error) });
  }
}
