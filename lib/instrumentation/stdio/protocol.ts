/** The protocols that are told from each other. */
export type Protocol = 'mcp' | 'lsp' | 'acp';

interface Initialize {
  readonly protocolVersion?: unknown;
  readonly processId?: unknown;
  readonly rootUri?: unknown;
  readonly capabilities?: { readonly textDocument?: unknown } | null;
}

const MCP_METHOD =
  /^(?:tools|prompts|resources|completion|logging|server|subscriptions|tasks|sampling|roots|elicitation)\/|^notifications\//;
const LSP_METHOD =
  /^(?:textDocument|workspace|window|client|notebookDocument|completionItem|codeLens|inlayHint|\$)\//;
const ACP_METHOD = /^(?:session|fs|terminal)\//;

/**
 * Which protocol a message belongs to, by what its `initialize` says or by its method.
 * @returns undefined where the message doesn't tell
 * @see https://modelcontextprotocol.io/specification/2025-06-18/basic/lifecycle
 * @see https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#initialize
 * @see https://agentclientprotocol.com/protocol/initialization
 */
export function protocolOf(message: unknown): Protocol | undefined {
  const first: unknown = Array.isArray(message) ? message[0] : message;
  if (typeof first !== 'object' || first === null) return undefined;
  const { method, params } = first as { method?: unknown; params?: unknown };
  if (typeof method !== 'string') return undefined;
  if (method === 'initialize') return protocolOfInitialize((params ?? {}) as Initialize);
  if (MCP_METHOD.test(method)) return 'mcp';
  if (LSP_METHOD.test(method)) return 'lsp';
  return ACP_METHOD.test(method) ? 'acp' : undefined;
}

/** MCP's versions are dates, ACP's are numbers, and LSP has none. */
function protocolOfInitialize(params: Initialize): Protocol | undefined {
  const { protocolVersion, processId, rootUri, capabilities } = params;
  if (typeof protocolVersion === 'number') return 'acp';
  if (typeof protocolVersion === 'string') return 'mcp';
  const isEditor = processId !== undefined || rootUri !== undefined;
  return isEditor || capabilities?.textDocument !== undefined ? 'lsp' : undefined;
}
