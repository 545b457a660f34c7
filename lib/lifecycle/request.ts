import type { CallOutcome, RequestFacts, RequestOutcome } from '../conventions/facts.js';
import { attempt, complain, isPromise } from '../opentelemetry/diagnostics.js';
import { errorTypeOf } from './error-type.js';
import { Lifecycle } from './lifecycle.js';
import { settledOutcome } from './outcome.js';

const PLAIN: Readonly<Record<string, RequestOutcome>> = {
  success: { result: 'success' },
  cancelled: { result: 'cancelled', errorType: 'cancelled' },
};
const DISCONNECTED: RequestOutcome = { result: 'disconnected', errorType: 'disconnected' };

/**
 * A request, from its decoded message to its response being queued for the transport. Left without a
 * word it is `disconnected`.
 */
export class Request extends Lifecycle<RequestFacts, RequestOutcome> {
  protected override fallback(): RequestOutcome {
    return DISCONNECTED;
  }

  protected override failedBy(error: unknown): RequestOutcome {
    return { result: 'error', errorType: errorTypeOf(error) };
  }

  /**
   * Call it when the request has left a queue and its handler runs. Only servers that queue requests need
   * it: it records `exec_server.request.queue.duration`.
   * @returns whether this call did; false from the second on
   */
  dequeued(): boolean {
    return this.recordQueueTime();
  }

  /** Ends it. Returns whether this call did; false where it had ended before. */
  settle(outcome: RequestOutcome): boolean {
    return this.settled ? false : this.end(settledOutcome(outcome, PLAIN, DISCONNECTED));
  }
}

/**
 * How a request ended, by the response that goes to the peer. Never throws: a response that can't be read is
 * an error.
 * @param response a JSON-RPC response object, whatever else is in it; what is none, such as the bare value of
 *   a handler, is a success
 * @see https://www.jsonrpc.org/specification#response_object
 */
export function outcomeOfResponse(response: unknown): RequestOutcome {
  try {
    if (typeof response !== 'object' || response === null) return { result: 'success' };
    const { error } = response as { error?: { code?: unknown } | null };
    if (error === undefined || error === null) return { result: 'success' };
    const { code } = error;
    return typeof code === 'number' ? { result: 'error', code } : { result: 'error' };
  } catch (error) {
    complain('reading a response', error);
    return { result: 'error' };
  }
}

/**
 * How it ended, by somebody's reading of the response, or by {@link outcomeOfResponse} where that throws or is
 * not there yet.
 */
export function readOutcome<O extends RequestOutcome | CallOutcome>(
  read: (response: unknown) => O,
  response: unknown,
): O | RequestOutcome {
  const outcome = attempt('reading the outcome of a request', () => read(response));
  return outcome === undefined || isPromise(outcome) ? outcomeOfResponse(response) : outcome;
}
