import { getSystemErrorMap } from 'node:util';
import { CODES, RpcError } from './rpc-error.js';

/** A failed system call as the client is told of it, such as `No such file or directory (os error 2)`. */
export function osError(error: unknown, code: number = CODES.internalError): RpcError {
  const { errno, message } = error as { errno?: number; message?: string };
  const [, text] = (errno !== undefined && getSystemErrorMap().get(errno)) || [];
  if (errno === undefined || text === undefined) {
    return new RpcError(code, message ?? 'unknown failure');
  }
  return new RpcError(code, `${text.charAt(0).toUpperCase()}${text.slice(1)} (os error ${-errno})`);
}
