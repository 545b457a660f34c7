import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { context, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { AcpInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';
import { type AcpPackage, loadAcp } from './acp-peer.js';
import { rpcSignalsOf } from './rpc-signals.js';

type Stream = Parameters<ReturnType<AcpPackage['client']>['connect']>[0];

interface AcpServer {
  close(): Promise<void>;
}

/** The transports that the SDK has beside stdio. */
interface Transports {
  createHttpStream(url: string): Stream;
  createWebSocketStream(url: string, options: object): Stream;
  readonly AcpServer: new (options: object) => AcpServer;
  createNodeHttpHandler(server: AcpServer): (request: unknown, response: unknown) => void;
  createNodeWebSocketUpgradeHandler(
    server: AcpServer,
    sockets: object,
  ): (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

interface WebSockets {
  readonly WebSocket: new () => object;
  readonly WebSocketServer: new (options: object) => object;
}

async function loadTransports(alias: string): Promise<Transports> {
  const doors = ['http-client', 'ws-client', 'server', 'node'];
  const loaded = await Promise.all(doors.map((door) => import(`${alias}/experimental/${door}`)));
  return Object.assign({}, ...loaded);
}

function activeSpan(): string | undefined {
  return trace.getSpanContext(context.active())?.spanId;
}

for (const [version, alias, internal] of [
  ['0.29.0', 'acp-sdk-0.29', './jsonrpc.js'],
  ['2.4.0', '@agentclientprotocol/sdk', '../../core/jsonrpc.js'],
] as const) {
  for (const transport of ['HTTP', 'WebSocket'] as const) {
    it(`AcpInstrumentation observes @agentclientprotocol/sdk ${version} at both ends over ${transport}`, async () => {
      await using capture = new SignalCapture().register();
      const { main, connection } = await loadAcp(alias, internal);
      const transports = await loadTransports(alias);
      const sockets = (await import('ws' as string)) as WebSockets;
      const instrumentation = new AcpInstrumentation();
      instrumentation.instrumentModule(connection);
      let handling: string | undefined;
      const createAgent = () =>
        main
          .agent()
          .onRequest('initialize', () => ({ protocolVersion: 1, agentCapabilities: {} }))
          .onRequest('session/new', () => ({ sessionId: 's' }))
          .onRequest('session/prompt', async ({ client }) => {
            handling = activeSpan();
            await client.request('fs/read_text_file', { sessionId: 's', path: '/a' });
            return { stopReason: 'end_turn' };
          });
      const server = new transports.AcpServer({ createAgent });
      const http = createServer(transports.createNodeHttpHandler(server));
      http.on(
        'upgrade',
        transports.createNodeWebSocketUpgradeHandler(
          server,
          new sockets.WebSocketServer({ noServer: true }),
        ),
      );
      http.listen(0, '127.0.0.1');
      await once(http, 'listening');
      const authority = `127.0.0.1:${(http.address() as AddressInfo).port}/`;
      const stream =
        transport === 'HTTP'
          ? transports.createHttpStream(`http://${authority}`)
          : transports.createWebSocketStream(`ws://${authority}`, { WebSocket: sockets.WebSocket });
      const client = main
        .client()
        .onRequest('fs/read_text_file', () => ({ content: 'secret' }))
        .connect(stream);
      try {
        await client.agent.request('initialize', { protocolVersion: 1, clientCapabilities: {} });
        await client.agent.request('session/new', { cwd: '/', mcpServers: [] });
        await client.agent.request('session/prompt', {
          sessionId: 's',
          prompt: [{ type: 'text', text: 'go' }],
        });
      } finally {
        client.close();
        await server.close();
        http.closeAllConnections();
        http.close();
        await once(http, 'close');
        instrumentation.disable();
      }
      const asked = [
        { id: '0', method: 'initialize' },
        { id: '1', method: 'session/new' },
        { id: '2', method: 'session/prompt' },
        { id: '0', method: 'fs/read_text_file' },
      ];
      await capture.expectExactly(
        rpcSignalsOf(
          ...(['client', 'server'] as const).flatMap((end) =>
            asked.map((one) => ({ ...one, end })),
          ),
        ),
      );
      const { spans } = await capture.signals();
      const find = (kind: string, name: string) =>
        spans.find((span) => span.kind === kind && span.name === name);
      const prompt = find('SERVER', 'session/prompt');
      expect(prompt?.parentSpanId).to.equal(find('CLIENT', 'session/prompt')?.spanId);
      expect(handling).to.equal(prompt?.spanId);
      expect(find('CLIENT', 'fs/read_text_file')?.parentSpanId).to.equal(prompt?.spanId);
      expect(find('SERVER', 'fs/read_text_file')?.traceId).to.equal(prompt?.traceId);
    });
  }
}
