import { SpanKind } from '@opentelemetry/api';
import type { Convention } from './convention.js';
import type { CallOutcome, RequestFacts } from './facts.js';
import { type JsonRpcMethods, jsonRpcTables } from './json-rpc-tables.js';
import { provesMethod } from './request-fields.js';

/**
 * Calls of any JSON-RPC client: the default of `ExecTelemetry.call`, by the RPC conventions.
 * @see https://opentelemetry.io/docs/specs/semconv/rpc/json-rpc/
 */
export function jsonRpcClient({
  methods,
}: JsonRpcMethods = {}): Convention<RequestFacts, CallOutcome> {
  return {
    ...jsonRpcTables<CallOutcome>({
      title: 'JSON-RPC client call',
      side: 'client',
      kind: SpanKind.CLIENT,
      description: 'Time from a queued request to its decoded response.',
      body: 'call completed',
      methods,
    }),
    admit: provesMethod,
  };
}
