/**
 * Codes of JSON-RPC and, from -32000 down, of this wire.
 * @see https://www.jsonrpc.org/specification#error_object
 */
export const CODES = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  limitExceeded: -32000,
  notFound: -32004,
} as const;

/** A failure that the client is told of in full. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The limit that a request would have exceeded. */
export function limitExceeded(what: string, limit: number): RpcError {
  return new RpcError(CODES.limitExceeded, `too many ${what}: the limit is ${limit}`);
}
