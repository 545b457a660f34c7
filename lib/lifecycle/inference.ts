import type { InferenceFacts, InferenceOutcome } from '../conventions/facts.js';
import { errorTypeOf } from './error-type.js';
import { Lifecycle } from './lifecycle.js';
import { settledOutcome } from './outcome.js';

const CANCELLED: InferenceOutcome = { result: 'cancelled', errorType: 'cancelled' };
const PLAIN: Readonly<Record<string, InferenceOutcome>> = { success: { result: 'success' } };

/** A model call, from sending it to its complete answer. Left without a word it is `cancelled`. */
export class Inference extends Lifecycle<InferenceFacts, InferenceOutcome> {
  protected override fallback(): InferenceOutcome {
    return CANCELLED;
  }

  protected override failedBy(error: unknown): InferenceOutcome {
    return { result: 'error', errorType: errorTypeOf(error) };
  }

  /** Ends it. Returns whether this call did; false where it had ended before. */
  settle(outcome: InferenceOutcome): boolean {
    return this.settled ? false : this.end(settledOutcome(outcome, PLAIN, CANCELLED));
  }
}
