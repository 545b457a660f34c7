import type { SpanKind } from '@opentelemetry/api';
import { OTHER, RPC_METHOD, RPC_METHOD_ORIGINAL, RPC_SYSTEM_NAME } from './attributes.js';
import { RPC_BOUNDARIES } from './boundaries.js';
import type { Convention, Outcome } from './convention.js';
import type { RequestFacts } from './facts.js';
import { errorType } from './fields.js';
import {
  clientPeer,
  jsonRpcBegun,
  networkProtocolName,
  networkProtocolVersion,
  networkTransport,
  REQUEST_NOTES,
  requestEventBegun,
  requestEventSettled,
  serverPeer,
  statusCode,
} from './request-fields.js';

/** What differs between the two ends of a JSON-RPC request. */
interface End {
  readonly title: string;
  readonly side: 'server' | 'client';
  readonly kind: SpanKind;
  /** What the duration is. */
  readonly description: string;
  readonly body: string;
  /** Methods that are known from the start. */
  readonly methods: readonly string[] | undefined;
}

/** What a JSON-RPC convention can be told. */
export interface JsonRpcMethods {
  /**
   * The methods of a published specification, such as `LSP_METHODS`: they are known from the start, whatever the
   * outcome. Others are learned. Default: none.
   */
  readonly methods?: readonly string[] | undefined;
}

/** What both ends of a JSON-RPC request say, by the RPC conventions. */
export function jsonRpcTables<O extends Outcome>({
  title,
  side,
  kind,
  description,
  body,
  methods,
}: End): Omit<Convention<RequestFacts, O>, 'admit'> {
  return {
    title,
    labels: [
      {
        name: 'method',
        metric: RPC_METHOD,
        span: RPC_METHOD,
        original: RPC_METHOD_ORIGINAL,
        eventOriginal: 'method_original',
        ...(methods && { known: methods }),
        other: OTHER,
        of: (facts) => facts.method,
      },
    ],
    span: {
      kind,
      templates: ['{method}', 'jsonrpc'],
      name: ({ method }) => (method === undefined || method === OTHER ? 'jsonrpc' : method),
      constant: { [RPC_SYSTEM_NAME]: 'jsonrpc' },
      begun: [
        ...jsonRpcBegun,
        networkTransport,
        networkProtocolName,
        networkProtocolVersion,
        ...serverPeer,
        ...(side === 'server' ? clientPeer : []),
      ],
      settled: [statusCode, errorType],
    },
    metrics: {
      duration: {
        name: `rpc.${side}.call.duration`,
        description,
        unit: 's',
        labelled: true,
        boundaries: RPC_BOUNDARIES,
      },
      notifications: {
        name: `jsonrpc.${side}.notifications`,
        description: `Notifications that were ${side === 'server' ? 'received' : 'sent'}.`,
        unit: '{notification}',
        labelled: true,
      },
      constant: { [RPC_SYSTEM_NAME]: 'jsonrpc' },
      attributes: [statusCode, errorType],
    },
    event: {
      name: `rpc.${side}.request`,
      scope: 'otel-exec',
      body,
      begun: requestEventBegun,
      settled: requestEventSettled,
    },
    notes: REQUEST_NOTES,
  };
}
