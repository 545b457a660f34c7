import { JSONRPC_PROTOCOL_VERSION, JSONRPC_REQUEST_ID, RPC_STATUS_CODE } from './attributes.js';
import type { Ending, Field, Settlement } from './convention.js';
import type { CallOutcome, RequestFacts, RequestOutcome } from './facts.js';
import { cut, durationMs, errorType, result, traceparent } from './fields.js';

/** The id on a request's span. */
export const requestId: Field<RequestFacts> = {
  name: JSONRPC_REQUEST_ID,
  type: 'string',
  brief: 'Id of the request, as a string.',
  of: ({ id }) => (id === undefined ? undefined : cut(String(id))),
};

/** The `jsonrpc.*` fields of a request span, shared by every JSON-RPC convention. */
export const jsonRpcBegun: readonly Field<RequestFacts>[] = [
  requestId,
  {
    name: JSONRPC_PROTOCOL_VERSION,
    type: 'string',
    brief: 'The `jsonrpc` member of the message.',
    when: 'when the message has one',
    of: ({ jsonrpc }) => (typeof jsonrpc === 'string' ? cut(jsonrpc) : undefined),
  },
];

/** The JSON-RPC error code, as the RPC conventions want it: a string, on errors. */
export const statusCode: Field<Ending> = {
  name: RPC_STATUS_CODE,
  type: 'string',
  brief: 'JSON-RPC error code.',
  when: 'when the response is an error',
  of: ({ code }) => (code === undefined ? undefined : String(code)),
};

/** @see https://www.jsonrpc.org/specification#error_object */
const METHOD_NOT_FOUND = -32601;

/** A method is proven when the server answers it with anything but "method not found". */
export function provesMethod({ result, code }: RequestOutcome | CallOutcome): boolean {
  return result === 'success' || (result === 'error' && code !== METHOD_NOT_FOUND);
}

/** The fields of a request's event that are known at begin. */
export const requestEventBegun: readonly Field<RequestFacts>[] = [
  { ...requestId, name: 'request_id' },
];

/** The fields of a request's event that are known at the end, in order. */
export const requestEventSettled: readonly Field<Settlement>[] = [
  {
    name: 'method',
    type: 'string',
    brief: 'The method, or the label that stands for unknown ones.',
    of: ({ labels }) => labels.method,
  },
  result,
  durationMs,
  traceparent,
  errorType,
];
