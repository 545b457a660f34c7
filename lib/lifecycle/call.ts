import type { CallOutcome, RequestFacts } from '../conventions/facts.js';
import { errorTypeOf } from './error-type.js';
import { Lifecycle } from './lifecycle.js';
import { settledOutcome } from './outcome.js';

const PLAIN: Readonly<Record<string, CallOutcome>> = {
  success: { result: 'success' },
  cancelled: { result: 'cancelled', errorType: 'cancelled' },
  timeout: { result: 'timeout', errorType: 'timeout' },
};
const DISCONNECTED: CallOutcome = { result: 'disconnected', errorType: 'disconnected' };

/**
 * A call: a request that we send, from its message being queued for the transport to its decoded response.
 * Left without a word it is `disconnected`.
 */
export class Call extends Lifecycle<RequestFacts, CallOutcome> {
  protected override fallback(): CallOutcome {
    return DISCONNECTED;
  }

  protected override failedBy(error: unknown): CallOutcome {
    const errorType = errorTypeOf(error);
    // https://webidl.spec.whatwg.org/#timeouterror, which AbortSignal.timeout() aborts with
    if (errorType === 'TimeoutError') return PLAIN.timeout as CallOutcome;
    if (errorType === 'AbortError') return PLAIN.cancelled as CallOutcome;
    return { result: 'error', errorType, error };
  }

  /** Ends it. Returns whether this call did; false where it had ended before. */
  settle(outcome: CallOutcome): boolean {
    return this.settled ? false : this.end(settledOutcome(outcome, PLAIN, DISCONNECTED));
  }

  /** Ends it by what sending it, or waiting for its response, threw. Returns whether this call ended it. */
  failed(error: unknown): boolean {
    return this.settled ? false : this.end(this.failedBy(error));
  }
}
