import { getSystemErrorMap } from 'node:util';

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

/** A failed system call as the client is told of it, such as `No such file or directory (os error 2)`. */
export function osError(error: unknown, code: number = CODES.internalError): RpcError {
  const { errno, message } = error as { errno?: number; message?: string };
  const [, text] = (errno !== undefined && getSystemErrorMap().get(errno)) || [];
  if (errno === undefined || text === undefined) {
    return new RpcError(code, message ?? 'unknown failure');
  }
  return new RpcError(code, `${text.charAt(0).toUpperCase()}${text.slice(1)} (os error ${-errno})`);
}
