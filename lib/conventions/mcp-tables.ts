import type { SpanKind } from '@opentelemetry/api';
import {
  GEN_AI_OPERATION_NAME,
  GEN_AI_PROMPT_NAME,
  GEN_AI_TOOL_NAME,
  MCP_METHOD_NAME,
  MCP_PROTOCOL_VERSION,
  MCP_RESOURCE_URI,
  MCP_SESSION_ID,
  NETWORK_PROTOCOL_NAME,
  NETWORK_TRANSPORT,
  OTHER,
} from './attributes.js';
import { MCP_BOUNDARIES } from './boundaries.js';
import type { Convention, Field, Labels, Outcome, Settlement } from './convention.js';
import { cutText } from './conversation-fields.js';
import type { RequestFacts } from './facts.js';
import { errorType } from './fields.js';
import { MCP_METHODS } from './mcp-methods.js';
import {
  clientPeer,
  jsonRpcBegun,
  networkProtocolVersion,
  REQUEST_NOTES,
  requestEventBegun,
  requestEventSettled,
  serverPeer,
  statusCode,
} from './request-fields.js';

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

/** @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/network/#network-protocol-name */
const NETWORK_PROTOCOLS: readonly string[] = ['http', 'websocket'];

const operationName: Field<Labels> = {
  name: GEN_AI_OPERATION_NAME,
  type: 'string',
  brief: '`execute_tool`.',
  when: 'where a tool is called',
  of: ({ tool }) => (tool === undefined ? undefined : 'execute_tool'),
};

function target(name: 'tool' | 'prompt'): Field<Settlement> {
  return {
    name,
    type: 'string',
    brief: `The ${name}, or the label that stands for unknown ones.`,
    when: 'when the message names one',
    of: ({ labels }) => labels[name],
  };
}

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
        original: MCP_METHOD_NAME,
        eventOriginal: 'method_original',
        other: OTHER,
        known: MCP_METHODS,
        of: (facts) => facts.method,
      },
      {
        name: 'tool',
        metric: GEN_AI_TOOL_NAME,
        span: GEN_AI_TOOL_NAME,
        original: GEN_AI_TOOL_NAME,
        eventOriginal: 'tool_original',
        other: OTHER,
        of: (facts) => facts.tool,
      },
      {
        name: 'prompt',
        metric: GEN_AI_PROMPT_NAME,
        span: GEN_AI_PROMPT_NAME,
        original: GEN_AI_PROMPT_NAME,
        eventOriginal: 'prompt_original',
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
      {
        name: 'protocol',
        metric: NETWORK_PROTOCOL_NAME,
        span: NETWORK_PROTOCOL_NAME,
        other: OTHER,
        known: NETWORK_PROTOCOLS,
        of: (facts) => facts.networkProtocolName,
      },
    ],
    span: {
      kind,
      templates: ['{method} {tool or prompt}', '{method}', 'mcp'],
      name: ({ method = OTHER, tool, prompt }) => {
        const target = tool ?? prompt ?? OTHER;
        if (method === OTHER) return 'mcp';
        return target === OTHER ? method : `${method} ${target}`;
      },
      constant: {},
      derived: [operationName],
      begun: [
        ...jsonRpcBegun,
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
          when: 'with `captureResourceUri: true`, when the message names one',
          of: ({ resourceUri }) => cutText(resourceUri),
        },
        networkProtocolVersion,
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
      derived: [operationName],
    },
    event: {
      name: `mcp.${side}.request`,
      scope: 'otel-exec',
      body,
      begun: requestEventBegun,
      settled: [...requestEventSettled, target('tool'), target('prompt')],
    },
    observesNotifications: true,
    notes: [
      ...REQUEST_NOTES,
      'Notifications are operations too, without an id: one that was received ends with its handler, one that was ' +
        'sent ends at once.',
      'A span is called `{method}` where the tool or prompt is not known, and `mcp` where the method is not: the ' +
        'convention wants names of low cardinality and says no other.',
      'What is not known is `_OTHER` on metrics alone: on spans the convention has the name as it arrived.',
      '`mcp.resource.uri`, which the convention requires, is there only with `captureResourceUri: true`: a URI may be a path, or ' +
        'hold a password. It is on the span alone: never in its name, nor on a metric.',
      '`network.protocol.version` and `server.*` are on the span alone: on a metric they would multiply its series.',
    ],
  };
}
