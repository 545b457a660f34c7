import type { RequestFacts, RequestOutcome } from '../../conventions/facts.js';
import { outcomeOfResponse } from '../../lifecycle/request.js';
import type { JsonRpcRequest } from '../../rpc-tap/options.js';

/**
 * What an MCP request says beyond its method.
 * @param sessionId the session that its transport has, if any
 */
export function mcpFacts(
  { method, params }: JsonRpcRequest,
  sessionId?: unknown,
): Partial<RequestFacts> {
  const { name, uri, _meta } = (params ?? {}) as Params;
  const claimed = textOf(_meta?.[PROTOCOL_VERSION]);
  return {
    tool: method === 'tools/call' ? textOf(name) : undefined,
    prompt: method === 'prompts/get' ? textOf(name) : undefined,
    resourceUri: RESOURCE_METHOD.test(method) ? textOf(uri) : undefined,
    sessionId: textOf(sessionId),
    ...(claimed !== undefined && { protocolVersion: claimed }),
  };
}

interface Params {
  readonly name?: unknown;
  readonly uri?: unknown;
  readonly _meta?: Readonly<Record<string, unknown>> | null;
}

/** @see https://modelcontextprotocol.io/specification/2026-07-28/basic#meta */
const PROTOCOL_VERSION = 'io.modelcontextprotocol/protocolVersion';
const RESOURCE_METHOD = /^(notifications\/)?resources\/(read|(un)?subscribe|updated)$/;

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
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
