import type { SessionFacts, SessionOutcome } from '../conventions/facts.js';
import { errorTypeOf } from './error-type.js';
import { Lifecycle } from './lifecycle.js';
import { settledOutcome } from './outcome.js';

const SUCCESS: SessionOutcome = { result: 'success' };

/** A session of a protocol, from its beginning to its close. Left without a word it is a `success`. */
export class Session extends Lifecycle<SessionFacts, SessionOutcome> {
  protected override fallback(): SessionOutcome {
    return SUCCESS;
  }

  protected override failedBy(error: unknown): SessionOutcome {
    return { result: 'error', errorType: errorTypeOf(error) };
  }

  /** Ends it. Returns whether this call did; false where it had ended before. */
  settle(outcome: SessionOutcome = SUCCESS): boolean {
    return this.settled ? false : this.end(settledOutcome(outcome, {}, SUCCESS));
  }
}
