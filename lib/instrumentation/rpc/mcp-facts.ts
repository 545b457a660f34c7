import type { RequestFacts, RequestOutcome } from '../../conventions/facts.js';
import { outcomeOfResponse } from '../../lifecycle/request.js';
import type { JsonRpcRequest } from '../../rpc-tap.js';

/**
 * What an MCP request says beyond its method.
 * @param sessionId the session that its transport has, if any
 */
export function mcpFacts(
  { method, params }: JsonRpcRequest,
  sessionId?: unknown,
): Partial<RequestFacts> {
  return {
    tool: method === 'tools/call' ? nameOf(params) : undefined,
    prompt: method === 'prompts/get' ? nameOf(params) : undefined,
    sessionId: typeof sessionId === 'string' ? sessionId : undefined,
  };
}

function nameOf(params: unknown): string | undefined {
  const { name } = (params ?? {}) as { name?: unknown };
  return typeof name === 'string' ? name : undefined;
}

/**
 * The conventions: a tool's failure is a result with `isError`, not a JSON-RPC error.
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/
 */
export function outcomeOfResult(response: unknown): RequestOutcome {
  const { result } = (response ?? {}) as { result?: { isError?: unknown } | null };
  return result?.isError === true
    ? { result: 'error', errorType: 'tool_error' }
    : outcomeOfResponse(response);
}
