/*
 * An MCP client that knows nothing of telemetry: has a server build something, and ends. Its argument is the server's
 * address; or the program to start, which is the server over stdio.
 */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const [server = ''] = process.argv.slice(2);
const isAddress = server.startsWith('http:');
const transport = isAddress
  ? new StreamableHTTPClientTransport(new URL(server))
  : new StdioClientTransport({
      command: process.execPath,
      args: [server],
      env: { ...(process.env as Record<string, string>), OTEL_SERVICE_NAME: 'server' },
    });
const info = { name: 'agent', version: '1' };
const client = new Client(info, { versionNegotiation: { mode: isAddress ? 'auto' : 'legacy' } });
await client.connect(transport);
const { isError } = await client.callTool({ name: 'build' });
await client.close();
process.exitCode = isError ? 1 : 0;
