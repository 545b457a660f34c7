import { SpanKind } from '@opentelemetry/api';
import type { Convention } from './convention.js';
import type { CallOutcome, RequestFacts } from './facts.js';
import { mcpTables } from './mcp-tables.js';
import { CALL_ERROR_TYPES } from './request-fields.js';

/**
 * Calls of an MCP client, and what a server asks of its client.
 * @see https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/mcp.md#client
 */
export function mcpClient(): Convention<RequestFacts, CallOutcome> {
  return {
    ...mcpTables<CallOutcome>({
      title: 'MCP client call',
      side: 'client',
      kind: SpanKind.CLIENT,
      description: 'Time from a queued MCP request to its decoded response.',
      body: 'MCP call completed',
    }),
    admit: ({ result }) => result === 'success',
    results: ['success', 'error', 'cancelled', 'timeout', 'disconnected'],
    errorTypes: [...CALL_ERROR_TYPES, "`tool_error`, a tool's result with `isError`"],
    carrier: 'meta',
  };
}
