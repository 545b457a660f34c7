import { SpanKind } from '@opentelemetry/api';
import { RPC_METHOD, RPC_METHOD_ORIGINAL, RPC_SYSTEM_NAME } from './attributes.js';
import { REQUEST_BOUNDARIES } from './boundaries.js';
import type { Convention } from './convention.js';
import type { RequestFacts, RequestOutcome } from './facts.js';
import { errorType, result } from './fields.js';
import { DEFAULT_NAMESPACE, type Names } from './names.js';
import {
  jsonRpcBegun,
  provesMethod,
  REQUEST_ERROR_TYPES,
  requestEventBegun,
  requestEventSettled,
  statusCode,
} from './request-fields.js';

/** The exec server's requests: the default of `ExecTelemetry.request`. */
export function execServerRequest(names: Names = {}): Convention<RequestFacts, RequestOutcome> {
  const namespace = names.namespace ?? DEFAULT_NAMESPACE;
  return {
    title: 'exec-server request',
    labels: [
      {
        name: 'method',
        metric: 'method',
        span: RPC_METHOD,
        original: RPC_METHOD_ORIGINAL,
        eventOriginal: 'method_original',
        other: 'unknown',
        of: (facts) => facts.method,
      },
    ],
    admit: provesMethod,
    span: {
      kind: SpanKind.SERVER,
      templates: ['{method}'],
      name: ({ method }) => method ?? 'unknown',
      constant: { [RPC_SYSTEM_NAME]: 'jsonrpc' },
      begun: jsonRpcBegun,
      settled: [statusCode, errorType],
    },
    metrics: {
      settled: {
        name: 'exec_server.requests',
        description: 'Requests that were answered or given up.',
        unit: '{request}',
        labelled: true,
      },
      active: {
        name: 'exec_server.requests.active',
        description: 'Requests that wait for their response.',
        unit: '{request}',
        labelled: false,
      },
      duration: {
        name: 'exec_server.request.duration',
        description: 'Time from a decoded request to its queued response.',
        unit: 's',
        labelled: true,
        boundaries: REQUEST_BOUNDARIES,
        attributes: [errorType],
      },
      queue: {
        name: 'exec_server.request.queue.duration',
        description: 'Time that a request waited before its handler ran.',
        unit: 's',
        labelled: true,
        boundaries: REQUEST_BOUNDARIES,
      },
      notifications: {
        name: 'exec_server.notifications',
        description: 'Notifications that were received.',
        unit: '{notification}',
        labelled: true,
      },
      attributes: [result],
    },
    event: {
      name: `${namespace}.exec_server_request`,
      scope: `${namespace}_exec_server::telemetry`,
      body: 'exec-server request completed',
      begun: requestEventBegun,
      settled: requestEventSettled,
    },
    results: ['success', 'error', 'cancelled', 'disconnected'],
    errorTypes: REQUEST_ERROR_TYPES,
  };
}
