import { SpanKind } from '@opentelemetry/api';
import { OTHER, RPC_METHOD, RPC_METHOD_ORIGINAL, RPC_SYSTEM_NAME } from './attributes.js';
import { RPC_BOUNDARIES } from './boundaries.js';
import type { Convention } from './convention.js';
import type { RequestFacts, RequestOutcome } from './facts.js';
import { errorType } from './fields.js';
import {
  jsonRpcBegun,
  provesMethod,
  requestEventBegun,
  requestEventSettled,
  statusCode,
} from './request-fields.js';

/**
 * Requests of any JSON-RPC server, by the RPC conventions.
 * @see https://opentelemetry.io/docs/specs/semconv/rpc/json-rpc/
 */
export function jsonRpcServer(): Convention<RequestFacts, RequestOutcome> {
  return {
    title: 'JSON-RPC server request',
    labels: [
      {
        name: 'method',
        metric: RPC_METHOD,
        span: RPC_METHOD,
        original: RPC_METHOD_ORIGINAL,
        other: OTHER,
        of: (facts) => facts.method,
      },
    ],
    admit: provesMethod,
    span: {
      kind: SpanKind.SERVER,
      templates: ['{method}', 'jsonrpc'],
      name: ({ method }) => (method === undefined || method === OTHER ? 'jsonrpc' : method),
      constant: { [RPC_SYSTEM_NAME]: 'jsonrpc' },
      begun: jsonRpcBegun,
      settled: [statusCode, errorType],
    },
    metrics: {
      duration: {
        name: 'rpc.server.call.duration',
        description: 'Time from a decoded request to its queued response.',
        unit: 's',
        labelled: true,
        boundaries: RPC_BOUNDARIES,
      },
      constant: { [RPC_SYSTEM_NAME]: 'jsonrpc' },
      attributes: [statusCode, errorType],
    },
    event: {
      name: 'rpc.server.request',
      scope: 'otel-exec',
      body: 'request completed',
      begun: requestEventBegun,
      settled: requestEventSettled,
    },
  };
}
