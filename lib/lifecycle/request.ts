import type { RequestFacts, RequestOutcome } from '../conventions/facts.js';
import type { Beginning } from '../signals/spans.js';
import { errorTypeOf } from './error-type.js';
import { Lifecycle, type Observer } from './lifecycle.js';
import type { Scope } from './open-set.js';

/** @see https://www.jsonrpc.org/specification#error_object */
const METHOD_NOT_FOUND = -32601;

/** How a request ended. `throw undefined` is `{ result: 'error', error: undefined }`. */
export type RequestEnd =
  | { readonly result: 'success' | 'cancelled' | 'disconnected' }
  | {
      readonly result: 'error';
      /** The JSON-RPC error code of the response; it becomes the error type unless `type` is given. */
      readonly code?: number | undefined;
      /** A class of error with few distinct values. */
      readonly type?: string | undefined;
      /** What was thrown; only its class is used. */
      readonly error?: unknown;
    };

/**
 * A request, from its decoded message to its response being queued for the transport. Left without a
 * word it is `disconnected`.
 */
export class Request extends Lifecycle<RequestFacts, RequestOutcome> {
  /** @internal */
  constructor(
    observer: Observer<RequestFacts, RequestOutcome>,
    facts: RequestFacts,
    beginning: Beginning,
    scope: Scope,
  ) {
    super(observer, facts, beginning, scope);
  }

  protected override get fallback(): RequestOutcome {
    return DISCONNECTED;
  }

  /**
   * Tells that the request left a queue and its handler runs now. Only servers that queue requests need
   * it: it records `exec_server.request.queue.duration`.
   */
  dequeued(): void {
    this.recordQueueTime();
  }

  /** Ends it. Returns whether this call did; false where it had ended before. */
  settle(end: RequestEnd): boolean {
    return this.settled ? false : this.end(outcomeOf(end));
  }
}

const SUCCESS: RequestOutcome = { result: 'success' };
const CANCELLED: RequestOutcome = { result: 'cancelled', errorType: 'cancelled' };
const DISCONNECTED: RequestOutcome = { result: 'disconnected', errorType: 'disconnected' };

function outcomeOf(end: RequestEnd): RequestOutcome {
  switch (end?.result) {
    case 'success':
      return SUCCESS;
    case 'cancelled':
      return CANCELLED;
    case 'error':
      return failure(end);
    default:
      return DISCONNECTED;
  }
}

function failure({ code, type, error }: RequestEnd & { result: 'error' }): RequestOutcome {
  const statusCode = Number.isSafeInteger(code) ? code : undefined;
  return {
    result: 'error',
    statusCode,
    methodNotFound: statusCode === METHOD_NOT_FOUND,
    errorType: type ?? (statusCode === undefined ? errorTypeOf(error) : String(statusCode)),
  };
}

/**
 * How a request ended, by the response that goes to the peer.
 * @param response a JSON-RPC response object, whatever else is in it
 * @see https://www.jsonrpc.org/specification#response_object
 */
export function endOfResponse(response: unknown): RequestEnd {
  if (typeof response !== 'object' || response === null) return { result: 'success' };
  const { error } = response as { error?: { code?: unknown } | null };
  if (error === undefined || error === null) return { result: 'success' };
  return { result: 'error', ...(typeof error.code === 'number' ? { code: error.code } : {}) };
}
