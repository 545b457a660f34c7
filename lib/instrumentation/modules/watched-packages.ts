/** Files of somebody else's package that are to be seen when they are loaded. */
export interface WatchedPackage {
  readonly name: string;
  /** Paths inside the package, with `/`; whichever of them exist. */
  readonly files: readonly string[];
  /** The first and the last supported major version. */
  readonly majors: readonly [first: number, last: number];
  /** A text of these files that every supported version has, and that no bundler changes. */
  readonly signature?: string;
}

/** What `JsonRpcInstrumentation` patches. */
export const vscodeJsonRpc: WatchedPackage = {
  name: 'vscode-jsonrpc',
  files: ['lib/common/connection.js'],
  majors: [6, 10],
  signature: 'The received response has neither a result nor an error property.',
};

/** What `McpInstrumentation` patches. */
export const mcpSdk: WatchedPackage = {
  name: '@modelcontextprotocol/sdk',
  files: ['dist/cjs/server/index.js', 'dist/esm/server/index.js', 'dist/server/index.js'],
  majors: [1, 1],
  signature: 'Server does not support notifying of tool list changes',
};
