import { CODES, RpcError } from './rpc-error.js';

/** A JSON-RPC id as this wire allows it. */
export type RequestId = string | number;

/** A message in the form that it must have. */
export type Incoming =
  | {
      readonly kind: 'request';
      readonly id: RequestId;
      readonly method: string;
      readonly params: unknown;
    }
  | { readonly kind: 'notification'; readonly method: string }
  | { readonly kind: 'response' }
  | { readonly kind: 'invalid'; readonly id: RequestId | null; readonly error: RpcError };

const MAX_ID_LENGTH = 256;
const MAX_METHOD_LENGTH = 256;

/**
 * Reads a decoded message.
 * @see https://www.jsonrpc.org/specification#request_object
 */
export function readMessage(message: unknown): Incoming {
  if (Array.isArray(message)) return invalid(null, 'batches are not supported');
  if (typeof message !== 'object' || message === null) return invalid(null, 'not an object');
  const { id, method, params } = message as Record<string, unknown>;
  const hasId = Object.hasOwn(message, 'id');
  if (hasId && !isId(id)) {
    return invalid(
      null,
      `id must be an integer or a string of at most ${MAX_ID_LENGTH} characters`,
    );
  }
  const known = hasId ? (id as RequestId) : null;
  if (method === undefined && known !== null && ('result' in message || 'error' in message)) {
    return { kind: 'response' };
  }
  if (typeof method !== 'string') return invalid(known, 'method must be a string');
  if (method.length > MAX_METHOD_LENGTH) {
    return invalid(known, `method is longer than ${MAX_METHOD_LENGTH} characters`);
  }
  return known === null
    ? { kind: 'notification', method }
    : { kind: 'request', id: known, method, params };
}

function isId(id: unknown): id is RequestId {
  return typeof id === 'string' ? id.length <= MAX_ID_LENGTH : Number.isSafeInteger(id);
}

function invalid(id: RequestId | null, message: string): Incoming {
  return { kind: 'invalid', id, error: new RpcError(CODES.invalidRequest, message) };
}
