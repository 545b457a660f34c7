import type { SpanKind } from '@opentelemetry/api';
import {
  GEN_AI_OPERATION_NAME,
  GEN_AI_PROMPT_NAME,
  GEN_AI_TOOL_NAME,
  MCP_METHOD_NAME,
  MCP_PROTOCOL_VERSION,
  MCP_RESOURCE_URI,
  MCP_SESSION_ID,
  NETWORK_TRANSPORT,
  OTHER,
  RPC_METHOD_ORIGINAL,
  RPC_SYSTEM_NAME,
} from './attributes.js';
import { MCP_BOUNDARIES } from './boundaries.js';
import type { Convention, Outcome } from './convention.js';
import { cutText } from './conversation-fields.js';
import type { RequestFacts } from './facts.js';
import { errorType } from './fields.js';
import {
  clientPeer,
  jsonRpcBegun,
  networkProtocol,
  REQUEST_NOTES,
  requestEventBegun,
  requestEventSettled,
  serverPeer,
  statusCode,
} from './request-fields.js';

/**
 * The requests that clients send to servers.
 * @see https://modelcontextprotocol.io/specification/2025-06-18/schema
 */
const MCP_METHODS: readonly string[] = [
  'initialize',
  'ping',
  'completion/complete',
  'logging/setLevel',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'resources/unsubscribe',
  'tools/call',
  'tools/list',
];

/** @see https://modelcontextprotocol.io/specification/versioning */
const MCP_REVISIONS: readonly string[] = [
  '2024-11-05',
  '2025-03-26',
  '2025-06-18',
  '2025-11-25',
  '2026-07-28',
];

/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/network/#network-transport */
const NETWORK_TRANSPORTS: readonly string[] = ['pipe', 'quic', 'tcp', 'udp', 'unix'];

/** What differs between the two ends of an MCP operation. */
interface End {
  readonly title: string;
  readonly side: 'server' | 'client';
  readonly kind: SpanKind;
  /** What the duration is. */
  readonly description: string;
  readonly body: string;
}

/** What both ends of an MCP operation say. */
export function mcpTables<O extends Outcome>({
  title,
  side,
  kind,
  description,
  body,
}: End): Omit<Convention<RequestFacts, O>, 'admit'> {
  return {
    title,
    labels: [
      {
        name: 'method',
        metric: MCP_METHOD_NAME,
        span: MCP_METHOD_NAME,
        original: RPC_METHOD_ORIGINAL,
        other: OTHER,
        known: MCP_METHODS,
        of: (facts) => facts.method,
      },
      {
        name: 'tool',
        metric: GEN_AI_TOOL_NAME,
        span: GEN_AI_TOOL_NAME,
        other: OTHER,
        of: (facts) => facts.tool,
      },
      {
        name: 'prompt',
        metric: GEN_AI_PROMPT_NAME,
        span: GEN_AI_PROMPT_NAME,
        other: OTHER,
        of: (facts) => facts.prompt,
      },
      {
        name: 'protocol version',
        metric: MCP_PROTOCOL_VERSION,
        span: MCP_PROTOCOL_VERSION,
        other: OTHER,
        known: MCP_REVISIONS,
        of: (facts) => facts.protocolVersion,
      },
      {
        name: 'transport',
        metric: NETWORK_TRANSPORT,
        span: NETWORK_TRANSPORT,
        other: OTHER,
        known: NETWORK_TRANSPORTS,
        of: (facts) => facts.transport,
      },
    ],
    span: {
      kind,
      templates: ['{method} {tool or prompt}'],
      name: ({ method, tool, prompt }) => [method, tool ?? prompt].filter(Boolean).join(' '),
      constant: { [RPC_SYSTEM_NAME]: 'jsonrpc' },
      begun: [
        ...jsonRpcBegun,
        {
          name: GEN_AI_OPERATION_NAME,
          type: 'string',
          brief: '`execute_tool` on `tools/call`.',
          when: 'on `tools/call`',
          of: ({ tool }) => (tool === undefined ? undefined : 'execute_tool'),
        },
        {
          name: MCP_SESSION_ID,
          type: 'string',
          brief: 'The MCP session.',
          when: 'when the transport has one',
          of: ({ sessionId }) => cutText(sessionId),
        },
        {
          name: MCP_RESOURCE_URI,
          type: 'string',
          brief: 'The resource.',
          when: 'when the message names one',
          of: ({ resourceUri }) => cutText(resourceUri),
        },
        ...networkProtocol,
        ...(side === 'client' ? serverPeer : clientPeer),
      ],
      settled: [statusCode, errorType],
    },
    metrics: {
      duration: {
        name: `mcp.${side}.operation.duration`,
        description,
        unit: 's',
        labelled: true,
        boundaries: MCP_BOUNDARIES,
      },
      attributes: [statusCode, errorType],
    },
    event: {
      name: `mcp.${side}.request`,
      scope: 'otel-exec',
      body,
      begun: requestEventBegun,
      settled: requestEventSettled,
    },
    notes: [
      ...REQUEST_NOTES,
      '`mcp.resource.uri` is on the span alone: never in its name, nor on a metric.',
      '`network.protocol.*` and `server.*` are on the span alone: on a metric they would multiply its series.',
    ],
  };
}
