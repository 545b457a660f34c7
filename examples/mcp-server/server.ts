import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { z } from 'zod';

/**
 * An MCP server with one tool, which starts a process. It serves one client on stdin and stdout, or, with
 * `--http`, any number on the port in `PORT`, which it tells on stdout. Nothing here is about telemetry.
 */
function newServer(): McpServer {
  const server = new McpServer({ name: 'counter', version: '1.0.0' });
  server.registerTool(
    'count_lines',
    { description: 'Counts the lines of a text.', inputSchema: { text: z.string() } },
    async (args) => {
      const child = spawn('wc', ['-l']);
      child.stdin.end(args.text);
      return { content: [{ type: 'text', text: (await text(child.stdout)).trim() }] };
    },
  );
  return server;
}

async function serveHttp(): Promise<void> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const server = createServer(async (request, response) => {
    const known = sessions.get(String(request.headers['mcp-session-id']));
    if (known !== undefined) return known.handleRequest(request, response);
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await newServer().connect(transport as Transport);
    await transport.handleRequest(request, response);
  });
  server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
    console.log((server.address() as AddressInfo).port);
  });
}

if (process.argv.includes('--http')) await serveHttp();
else await newServer().connect(new StdioServerTransport());
