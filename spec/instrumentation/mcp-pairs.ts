import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import type { McpTransport } from './mcp-peer.js';

/** Two ends of one connection. */
export interface Pair extends AsyncDisposable {
  readonly client: McpTransport;
  readonly server: McpTransport;
}

interface HttpTransport extends McpTransport {
  handleRequest(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

type Make<Arguments extends unknown[], Made = McpTransport> = new (...args: Arguments) => Made;
type Pipes = Make<[PassThrough, PassThrough]>;
type HttpServer = Make<[{ sessionIdGenerator: () => string }], HttpTransport>;
type HttpClient = Make<[URL]>;

/** The transports of one generation of the SDK, of the newest version that is installed. */
export interface Transports {
  pipes(): Promise<Pair>;
  http(): Promise<Pair>;
}

/** Those of the first generation. */
export async function firstTransports(): Promise<Transports> {
  const sdk = '@modelcontextprotocol/sdk';
  const [stdio, server, client] = await Promise.all([
    import(`${sdk}/server/stdio.js`),
    import(`${sdk}/server/streamableHttp.js`),
    import(`${sdk}/client/streamableHttp.js`),
  ]);
  return transportsOf(
    stdio.StdioServerTransport,
    server.StreamableHTTPServerTransport,
    client.StreamableHTTPClientTransport,
  );
}

/** Those of the second. */
export async function secondTransports(): Promise<Transports> {
  const [stdio, server, client] = await Promise.all([
    import('@modelcontextprotocol/server/stdio'),
    import('@modelcontextprotocol/node'),
    import('@modelcontextprotocol/client'),
  ]);
  return transportsOf(
    stdio.StdioServerTransport as unknown as Pipes,
    server.NodeStreamableHTTPServerTransport as unknown as HttpServer,
    client.StreamableHTTPClientTransport as unknown as HttpClient,
  );
}

function transportsOf(
  StdioTransport: Pipes,
  ServerTransport: HttpServer,
  ClientTransport: HttpClient,
): Transports {
  return {
    async pipes() {
      const [there, back] = [new PassThrough(), new PassThrough()];
      return {
        client: new StdioTransport(back, there),
        server: new StdioTransport(there, back),
        async [Symbol.asyncDispose]() {},
      };
    },
    async http() {
      const server = new ServerTransport({ sessionIdGenerator: randomUUID });
      const http = createServer((request, response) => {
        void server.handleRequest(request, response);
      }).listen(0, '127.0.0.1');
      await once(http, 'listening');
      const { port } = http.address() as AddressInfo;
      return {
        client: new ClientTransport(new URL(`http://127.0.0.1:${port}/`)),
        server,
        async [Symbol.asyncDispose]() {
          http.closeAllConnections();
          http.close();
          await once(http, 'close');
        },
      };
    },
  };
}
