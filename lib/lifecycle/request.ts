import { isPromise as isNativePromise } from 'node:util/types';
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
const HANDLED: RequestOutcome = { result: 'success', provesNames: false };

/**
 * A request, from its decoded message to its response being queued for the transport. Left without a
 * word it is `disconnected`.
 */
export class Request extends Lifecycle<RequestFacts, RequestOutcome> {
  protected override fallback(): RequestOutcome {
    return DISCONNECTED;
  }

  protected override failedBy(error: unknown): RequestOutcome {
    return { result: 'error', errorType: errorTypeOf(error), error };
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
 * A notification that was received, as an operation: it ends when the handler that {@link run} calls does, by
 * itself. Nobody answers it, so it proves no name. Left without a word it is a `success`.
 */
export class Notification extends Request {
  #running = false;

  protected override fallback(): RequestOutcome {
    return HANDLED;
  }

  /** Whether {@link run} was called. */
  get running(): boolean {
    return this.#running;
  }

  /**
   * Calls its handler with its context active, and ends with it.
   * @returns what the function returns; of a promise, one that settles as it does right after it
   * @throws what the function throws
   */
  override run<T>(work: () => T): T {
    this.#running = true;
    let result: T;
    try {
      result = super.run(work);
    } catch (error) {
      this.end(this.failedBy(error));
      throw error;
    }
    if (!isNativePromise(result)) {
      this.end(HANDLED);
      return result;
    }
    return Promise.prototype.then.call(
      result,
      (value: unknown) => {
        this.end(HANDLED);
        return value;
      },
      (error: unknown) => {
        this.end(this.failedBy(error));
        throw error;
      },
    ) as T;
  }

  protected override end(outcome: RequestOutcome): boolean {
    return super.end(outcome.result === 'success' ? HANDLED : outcome);
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
    const { error } = response as { error?: { code?: unknown; message?: unknown } | null };
    if (error === undefined || error === null) return { result: 'success' };
    const { code, message } = error;
    return {
      result: 'error',
      ...(typeof code === 'number' && { code }),
      ...(typeof message === 'string' && { message }),
    };
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
