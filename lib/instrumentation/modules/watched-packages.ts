/** Files of somebody else's package that are to be seen when they are loaded. */
export interface WatchedPackage {
  readonly name: string;
  /** Paths inside the package, with `/`; whichever of them exist. */
  readonly files: readonly string[];
  /** Whether they are what an import of the package by its name gives. Default false. */
  readonly root?: boolean;
  /** The first and the last supported major version. */
  readonly majors: readonly [first: number, last: number];
  /** A text of these files that every supported version has, and that no bundler changes. */
  readonly signature?: string;
  /** A text by which what else has the signature is told apart. */
  readonly unlike?: string;
}

/** A package that does what others do for those who are watched, by code of its own that nobody can see into. */
export interface Stranger {
  readonly name: string;
  /** As in {@link WatchedPackage}. */
  readonly files: readonly string[];
  /** What it has of its own. */
  readonly has: string;
  /** What to do to have it seen. */
  readonly remedy: string;
}

/** The client of the AI SDK, whose classes it keeps to itself. */
export const aiSdkMcp: Stranger = {
  name: '@ai-sdk/mcp',
  files: ['dist/index.mjs', 'dist/index.js'],
  has: 'an MCP client of its own',
  remedy:
    "To see what it asks, start its server with otel-exec tap, or tell an RpcTap of its transport's messages",
};

/** What `JsonRpcInstrumentation` patches. */
export const vscodeJsonRpc: WatchedPackage = {
  name: 'vscode-jsonrpc',
  files: ['lib/common/connection.js'],
  majors: [6, 10],
  signature: 'The received response has neither a result nor an error property.',
};

/** What `AcpInstrumentation` patches. */
export const acpSdk: WatchedPackage = {
  name: '@agentclientprotocol/sdk',
  files: ['dist/core/jsonrpc.js', 'dist/jsonrpc.js', 'dist/acp.js'],
  root: true,
  majors: [0, 2],
};

/** Likewise, by the name that it had up to 0.4. */
export const earlyAcpSdk: WatchedPackage = {
  name: '@zed-industries/agent-client-protocol',
  files: ['dist/acp.js'],
  root: true,
  majors: [0, 0],
};

const SECOND_SERVER = 'No wire schema for tools/call in the resolved era';

/** What `McpInstrumentation` patches of the first generation of MCP's SDK. */
export const mcpSdk: WatchedPackage = {
  name: '@modelcontextprotocol/sdk',
  files: ['server/index.js', 'server/mcp.js', 'client/index.js'].flatMap((file) => [
    `dist/cjs/${file}`,
    `dist/esm/${file}`,
    `dist/${file}`,
  ]),
  majors: [1, 1],
  signature: 'Server does not support notifying of tool list changes',
  unlike: SECOND_SERVER,
};

/*
 * Of the second generation, whose classes are in files named by their hash: the roots, which export them.
 */
const ROOTS = ['dist/index.mjs', 'dist/index.cjs'];

/** What `McpInstrumentation` patches of the second generation's servers. */
export const mcpServerPackage: WatchedPackage = {
  name: '@modelcontextprotocol/server',
  files: [...ROOTS, 'dist/stdio.mjs', 'dist/stdio.cjs'],
  root: true,
  majors: [2, 2],
  signature: SECOND_SERVER,
};

/** What `McpInstrumentation` patches of the second generation's clients. */
export const mcpClientPackage: WatchedPackage = {
  name: '@modelcontextprotocol/client',
  files: [...ROOTS, 'dist/stdio.mjs', 'dist/stdio.cjs'],
  root: true,
  majors: [2, 2],
  signature: 'Cannot configure version negotiation after connecting to transport',
};

/** All of them. */
export const WATCHED_PACKAGES: readonly WatchedPackage[] = [
  acpSdk,
  earlyAcpSdk,
  mcpSdk,
  mcpServerPackage,
  mcpClientPackage,
  vscodeJsonRpc,
];
