/** Files of somebody else's package that are to be seen when they are loaded. */
export interface WatchedPackage {
  readonly name: string;
  /** Paths inside the package, with `/`; whichever of them exist. */
  readonly files: readonly string[];
  /** The first and the last supported major version. */
  readonly majors: readonly [first: number, last: number];
}

/** What `JsonRpcInstrumentation` patches. */
export const vscodeJsonRpc: WatchedPackage = {
  name: 'vscode-jsonrpc',
  files: ['lib/common/connection.js'],
  majors: [6, 10],
};

/** What `AcpInstrumentation` patches. */
export const acpSdk: WatchedPackage = {
  name: '@agentclientprotocol/sdk',
  files: ['dist/core/jsonrpc.js', 'dist/jsonrpc.js'],
  majors: [1, 2],
};

/** What `McpInstrumentation` patches. */
export const mcpSdk: WatchedPackage = {
  name: '@modelcontextprotocol/sdk',
  files: ['dist/cjs/server/index.js', 'dist/esm/server/index.js', 'dist/server/index.js'],
  majors: [1, 1],
};
