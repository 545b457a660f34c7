/** Names that a host has announced, so that they are known whatever the outcome. */
export interface Announcement {
  /** Names of tools. */
  readonly tools?: readonly string[] | undefined;
  /** Names of prompts. */
  readonly prompts?: readonly string[] | undefined;
  /** Names of methods. */
  readonly methods?: readonly string[] | undefined;
}

/**
 * What a response announces by the Model Context Protocol: the tools in an answer to `tools/list`, the prompts in
 * one to `prompts/list`. Resources and their templates announce nothing, since no label has them.
 * @param method the method that the response answers
 * @param response the JSON-RPC response
 * @returns undefined where it announces nothing
 * @throws what reading the response throws
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/tools#listing-tools
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/prompts#listing-prompts
 */
export function announced(method: string, response: unknown): Announcement | undefined {
  if (!announces(method)) return undefined;
  const { result } = (response ?? {}) as { result?: Record<string, unknown> | null };
  if (method === 'tools/list') return { tools: namesIn(result?.tools) };
  return { prompts: namesIn(result?.prompts) };
}

/** Whether the answers to a method announce names. */
export function announces(method: string): boolean {
  return method === 'tools/list' || method === 'prompts/list';
}

function namesIn(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.map((entry) => (entry as { name?: unknown } | null)?.name).filter(isString);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
