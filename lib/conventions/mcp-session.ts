import {
  MCP_PROTOCOL_VERSION,
  NETWORK_PROTOCOL_NAME,
  NETWORK_TRANSPORT,
  OTHER,
} from './attributes.js';
import { MCP_BOUNDARIES } from './boundaries.js';
import type { Convention } from './convention.js';
import type { SessionFacts, SessionOutcome } from './facts.js';
import { errorType } from './fields.js';

/**
 * Sessions of an MCP server: a duration alone.
 * @see https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/mcp.md#metric-mcpserversessionduration
 */
export function mcpServerSession(): Convention<SessionFacts, SessionOutcome> {
  return sessionOf('server');
}

/**
 * Sessions of an MCP client: a duration alone.
 * @see https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/mcp.md#metric-mcpclientsessionduration
 */
export function mcpClientSession(): Convention<SessionFacts, SessionOutcome> {
  return sessionOf('client');
}

function sessionOf(side: 'server' | 'client'): Convention<SessionFacts, SessionOutcome> {
  return {
    title: `MCP ${side} session`,
    labels: [
      {
        name: 'protocol version',
        metric: MCP_PROTOCOL_VERSION,
        other: OTHER,
        of: (facts) => facts.protocolVersion,
      },
      {
        name: 'transport',
        metric: NETWORK_TRANSPORT,
        other: OTHER,
        of: (facts) => facts.transport,
      },
      {
        name: 'protocol',
        metric: NETWORK_PROTOCOL_NAME,
        other: OTHER,
        of: (facts) => facts.networkProtocolName,
      },
    ],
    admit: 'begin',
    metrics: {
      duration: {
        name: `mcp.${side}.session.duration`,
        description: `Time from an initialized MCP session to its close, on the ${side}.`,
        unit: 's',
        labelled: true,
        boundaries: MCP_BOUNDARIES,
      },
      attributes: [errorType],
    },
    results: ['success', 'error'],
    errorTypes: ['the class of what was thrown', '`_OTHER`'],
  };
}
