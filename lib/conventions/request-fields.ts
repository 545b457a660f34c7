import {
  CLIENT_ADDRESS,
  CLIENT_PORT,
  JSONRPC_PROTOCOL_VERSION,
  JSONRPC_REQUEST_ID,
  NETWORK_PROTOCOL_NAME,
  NETWORK_PROTOCOL_VERSION,
  NETWORK_TRANSPORT,
  RPC_STATUS_CODE,
  SERVER_ADDRESS,
  SERVER_PORT,
} from './attributes.js';
import type { Ending, Field, Settlement } from './convention.js';
import { cutText } from './conversation-fields.js';
import type { CallOutcome, RequestFacts, RequestOutcome } from './facts.js';
import { cut, durationMs, errorType, result, traceparent } from './fields.js';

const idText = ({ id }: RequestFacts) => (id === undefined ? undefined : cut(String(id)));

/**
 * The id on a request's span.
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/jsonrpc/ (note 2: not where it is null)
 */
export const requestId: Field<RequestFacts> = {
  name: JSONRPC_REQUEST_ID,
  type: 'string',
  brief: 'Id of the request, as a string.',
  when: 'where it is not null',
  of: (facts) => (facts.id === null ? undefined : idText(facts)),
};

/** The `jsonrpc.*` fields of a request span, shared by every JSON-RPC convention. */
export const jsonRpcBegun: readonly Field<RequestFacts>[] = [
  requestId,
  {
    name: JSONRPC_PROTOCOL_VERSION,
    type: 'string',
    brief: 'The `jsonrpc` member of the message.',
    when: 'where it is not `2.0`',
    of: ({ jsonrpc }) =>
      typeof jsonrpc === 'string' && jsonrpc !== '2.0' ? cut(jsonrpc) : undefined,
  },
];

/** What carries the messages, where the host or an instrumentation knows it. */
export const networkTransport: Field<RequestFacts> = {
  name: NETWORK_TRANSPORT,
  type: 'string',
  brief: 'What carries the messages: `pipe` for stdio, `tcp` for HTTP, …',
  when: 'where it is known',
  of: ({ transport }) => cutText(transport),
};

/** The protocol below JSON-RPC, where the host or an instrumentation knows it. */
export const networkProtocolName: Field<RequestFacts> = {
  name: NETWORK_PROTOCOL_NAME,
  type: 'string',
  brief: 'The application protocol below JSON-RPC: `http`, `websocket`.',
  when: 'where it is known',
  of: ({ networkProtocolName }) => cutText(networkProtocolName),
};

/** Its version, likewise. */
export const networkProtocolVersion: Field<RequestFacts> = {
  name: NETWORK_PROTOCOL_VERSION,
  type: 'string',
  brief: 'Its version.',
  when: 'where it is known',
  of: ({ networkProtocolVersion }) => cutText(networkProtocolVersion),
};

/** The server, where the host or an instrumentation knows it. */
export const serverPeer: readonly Field<RequestFacts>[] = [
  {
    name: SERVER_ADDRESS,
    type: 'string',
    brief: 'Host name or address of the server, or the path of its socket.',
    when: 'where it is known',
    of: ({ serverAddress }) => cutText(serverAddress),
  },
  {
    name: SERVER_PORT,
    type: 'int',
    brief: 'Port of the server.',
    when: 'where it is known',
    of: ({ serverPort }) => serverPort,
  },
];

/** The client, where the host or an instrumentation knows it. */
export const clientPeer: readonly Field<RequestFacts>[] = [
  {
    name: CLIENT_ADDRESS,
    type: 'string',
    brief: 'Address of the client, or the path of its socket.',
    when: 'where it is known',
    of: ({ clientAddress }) => cutText(clientAddress),
  },
  {
    name: CLIENT_PORT,
    type: 'int',
    brief: 'Port of the client.',
    when: 'where it is known',
    of: ({ clientPort }) => clientPort,
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
  {
    name: 'request_id',
    type: 'string',
    brief: 'Id of the request, as a string.',
    of: idText,
  },
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

/** The error types of requests. */
export const REQUEST_ERROR_TYPES: readonly string[] = [
  'the JSON-RPC error code, such as `-32601`',
  'the class of what was thrown, such as `TypeError` or `ENOENT`',
  '`cancelled`',
  '`disconnected`',
  '`_OTHER`',
];

/** The error types of calls. */
export const CALL_ERROR_TYPES: readonly string[] = [...REQUEST_ERROR_TYPES, '`timeout`'];

/** What the documents say of every request and call. */
export const REQUEST_NOTES: readonly string[] = [
  '`rpc.status_code` is the name of version 1.45 of the semantic conventions; it was `rpc.response.status_code`.',
  '`network.*`, `server.*` and `client.*` are there where the host or an instrumentation knows them: `McpInstrumentation` of a ' +
    "transport of MCP's SDK over stdio or HTTP, `JsonRpcInstrumentation` of stdin and of a TCP socket, `StdioInstrumentation` of its pipe.",
  '`jsonrpc.protocol.version` is left out where it is `2.0`, as MCP and the registry ask; the page for JSON-RPC calls ' +
    '`1.0` the default, a version that no message names.',
  'A status has no description, since a message may hold anything; with `captureErrorMessages: true` it is the ' +
    '`message` of the error response, or of what was thrown.',
];
