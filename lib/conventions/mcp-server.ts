import { SpanKind } from '@opentelemetry/api';
import type { Convention } from './convention.js';
import type { RequestFacts, RequestOutcome } from './facts.js';
import { mcpTables } from './mcp-tables.js';
import { REQUEST_ERROR_TYPES } from './request-fields.js';

/**
 * Requests of an MCP server, and what a client answers to its server.
 * @see https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/mcp.md#server
 */
export function mcpServer(): Convention<RequestFacts, RequestOutcome> {
  return {
    ...mcpTables<RequestOutcome>({
      title: 'MCP server request',
      side: 'server',
      kind: SpanKind.SERVER,
      description: 'Time from a decoded MCP request to its queued response.',
      body: 'MCP request completed',
    }),
    admit: ({ result }) => result === 'success',
    results: ['success', 'error', 'cancelled', 'disconnected'],
    errorTypes: [...REQUEST_ERROR_TYPES, "`tool_error`, a tool's result with `isError`"],
  };
}
