/*
 * A server of the first generation's SDK that knows nothing of telemetry, over stdio, or over HTTP with the argument
 * `http`: then it prints its address.
 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { build } from './build-tool.js';
import { listen } from './listening.js';

async function serve(transport: Transport) {
  const server = new McpServer({ name: 'server', version: '1' });
  server.registerTool('build', {}, build);
  await server.connect(transport);
}

if (process.argv[2] === 'http') {
  listen(async (request, response) => {
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    await serve(transport as Transport);
    await transport.handleRequest(request, response);
  });
} else {
  await serve(new StdioServerTransport());
}
