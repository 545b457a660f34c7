/*
 * A server of the second generation's SDK that knows nothing of telemetry, over stdio, or over HTTP with the argument
 * `http`: then it prints its address.
 */
import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { build } from './build-tool.js';
import { listen } from './listening.js';

function newServer() {
  const server = new McpServer({ name: 'server', version: '1' });
  server.registerTool('build', {}, build);
  return server;
}

if (process.argv[2] === 'http') {
  const handle = toNodeHandler(createMcpHandler(newServer));
  listen((request, response) => handle(request as NodeIncomingMessageLike, response));
} else {
  serveStdio(newServer);
}
