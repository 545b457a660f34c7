import { SpanKind } from '@opentelemetry/api';
import type { Convention } from './convention.js';
import type { RequestFacts, RequestOutcome } from './facts.js';
import { type JsonRpcMethods, jsonRpcTables } from './json-rpc-tables.js';
import { provesMethod } from './request-fields.js';

/**
 * Requests of any JSON-RPC server, by the RPC conventions.
 * @see https://opentelemetry.io/docs/specs/semconv/rpc/json-rpc/
 */
export function jsonRpcServer({
  methods,
}: JsonRpcMethods = {}): Convention<RequestFacts, RequestOutcome> {
  return {
    ...jsonRpcTables<RequestOutcome>({
      title: 'JSON-RPC server request',
      side: 'server',
      kind: SpanKind.SERVER,
      description: 'Time from a decoded request to its queued response.',
      body: 'request completed',
      methods,
    }),
    admit: provesMethod,
  };
}
