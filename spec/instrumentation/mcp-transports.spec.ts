import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as clientModule from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import * as serverModule from '@modelcontextprotocol/sdk/server/index.js';
import * as mcpModule from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { McpInstrumentation } from 'otel-exec/instrumentation';
import { type CapturedSignals, SignalCapture } from 'otel-exec/testing';

const { Client } = clientModule;
const { McpServer } = mcpModule;
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const _meta = { traceparent: `00-${TRACE}-${PARENT}-01` };

type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A real HTTP server in which every request has a span, as an HTTP instrumentation makes one. */
async function listen(listener: Listener) {
  const tracer = trace.getTracer('http');
  const server = createServer((request, response) => {
    tracer.startActiveSpan(`HTTP ${request.method}`, (span) => {
      response.once('close', () => span.end());
      void listener(request, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function spansOf({ spans }: CapturedSignals, kind: 'CLIENT' | 'SERVER') {
  return spans.filter((span) => span.kind === kind && !/^(HTTP|notifications)/.test(span.name));
}

function requestSpans(signals: CapturedSignals) {
  return spansOf(signals, 'SERVER');
}

/** Asserts that each request was a call of the client, which has given it its parent. */
function expectCallers(signals: CapturedSignals, failures: readonly unknown[]): void {
  const calls = spansOf(signals, 'CLIENT');
  expect(calls.map(({ attributes }) => attributes['error.type'])).to.deep.equal(failures);
  for (const { name, parentSpanId } of requestSpans(signals)) {
    if (parentSpanId === PARENT) continue;
    expect(calls.find(({ spanId }) => spanId === parentSpanId)?.name).to.equal(name);
  }
}

const NETWORK = { 'network.transport': 'tcp', 'network.protocol.name': 'http' };

/** Asserts that each end tells of the other one, and of nothing else of the network. */
function expectNetwork(signals: CapturedSignals, { port }: URL): void {
  for (const { attributes } of spansOf(signals, 'CLIENT')) {
    expect(networkIn(attributes)).to.deep.equal({
      ...NETWORK,
      'server.address': '127.0.0.1',
      'server.port': Number(port),
    });
  }
  for (const { attributes } of requestSpans(signals)) {
    const { 'client.port': clientPort, ...rest } = networkIn(attributes);
    expect(clientPort).to.be.a('number').that.is.greaterThan(0);
    expect(rest).to.deep.equal({
      ...NETWORK,
      'network.protocol.version': '1.1',
      'client.address': '127.0.0.1',
    });
  }
  const points = Object.values(signals.metrics).flat();
  for (const { attributes } of points) expect(networkIn(attributes)).to.deep.equal(NETWORK);
}

function networkIn(attributes: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).filter(([name]) => /^(network|server|client)[.]/.test(name)),
  );
}

describe('McpInstrumentation over HTTP', () => {
  let capture: SignalCapture;
  let instrumentation: McpInstrumentation;
  let held: () => void;
  let holding: Promise<void>;

  beforeEach(() => {
    capture = new SignalCapture().register();
    instrumentation = new McpInstrumentation();
    instrumentation.instrumentModule(serverModule);
    instrumentation.instrumentModule(clientModule);
    holding = new Promise((resolve) => {
      held = resolve;
    });
  });

  afterEach(async () => {
    instrumentation.disable();
    await capture[Symbol.asyncDispose]();
  });

  function newServer(): mcpModule.McpServer {
    const server = new McpServer({ name: 's', version: '1' });
    server.registerTool('greet', {}, () => ({ content: [] }));
    server.registerTool('hold', {}, () => {
      held();
      return new Promise(() => {});
    });
    return server;
  }

  async function connect(transport: Transport): Promise<clientModule.Client> {
    const client = new Client({ name: 'c', version: '1' });
    await client.connect(transport);
    return client;
  }

  it('follows a session of the streamable transport until it is deleted', async () => {
    const transports = new Map<string, StreamableHTTPServerTransport>();
    await using http = await listen(async (request, response) => {
      const id = String(request.headers['mcp-session-id']);
      const known = transports.get(id);
      if (known !== undefined) return known.handleRequest(request, response);
      const transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (session) => void transports.set(session, transport),
      });
      await newServer().connect(transport as Transport);
      await transport.handleRequest(request, response);
    });
    const transport = new StreamableHTTPClientTransport(http.url);
    const client = await connect(transport as Transport);
    const session = transport.sessionId;
    await client.callTool({ name: 'greet', _meta });
    const lost = client.callTool({ name: 'hold' }).catch(() => 'lost');
    await holding;
    await transport.terminateSession();
    await client.close();
    expect(await lost).to.equal('lost');
    const signals = await capture.signals();
    const posts = signals.spans.filter(({ name }) => name === 'HTTP POST');
    const [initialize, greet, hold] = requestSpans(signals);
    expect(requestSpans(signals).map(({ name, status }) => [name, status])).to.deep.equal([
      ['initialize', 'UNSET'],
      ['tools/call greet', 'UNSET'],
      ['tools/call', 'ERROR'],
    ]);
    for (const span of requestSpans(signals)) {
      expect(span.attributes['mcp.session.id']).to.equal(session);
    }
    expectNetwork(signals, http.url);
    expect(hold?.attributes['error.type']).to.equal('disconnected');
    expect(greet).to.include({ traceId: TRACE, parentSpanId: PARENT });
    expect(posts.map(({ spanId }) => spanId)).to.include(initialize?.links[0]);
    expect(posts.map(({ spanId }) => spanId)).to.include(greet?.links[0]);
    expectCallers(signals, [undefined, undefined, 'disconnected']);
    for (const side of ['client', 'server']) {
      expect(
        signals.metrics[`mcp.${side}.session.duration`]?.map(({ attributes }) => attributes),
      ).to.deep.equal([
        {
          'mcp.protocol.version': '2025-11-25',
          'network.transport': 'tcp',
          'network.protocol.name': 'http',
        },
      ]);
    }
  });

  it('knows the tools and prompts that a server has registered, whatever their outcome', async () => {
    instrumentation.instrumentModule(mcpModule);
    await using http = await listen(async (request, response) => {
      const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
      const server = newServer();
      server.tool('fail', () => ({ content: [], isError: true }));
      server.registerPrompt('refuse', {}, () => {
        throw new TypeError('secret');
      });
      response.once('close', () => void server.close());
      await server.connect(transport as Transport);
      await transport.handleRequest(request, response);
    });
    const client = await connect(new StreamableHTTPClientTransport(http.url) as Transport);
    await client.callTool({ name: 'fail' });
    await client.getPrompt({ name: 'refuse' }).catch(() => {});
    await client.callTool({ name: 'made up' }).catch(() => {});
    await client.close();
    const [, ...spans] = requestSpans(await capture.signals());
    expect(spans.map(({ name, status }) => [name, status])).to.deep.equal([
      ['tools/call fail', 'ERROR'],
      ['prompts/get refuse', 'ERROR'],
      ['tools/call', 'ERROR'],
    ]);
  });

  it('tells of an HTTP request to no other conversation that its handler has', async () => {
    await using http = await listen(async (request, response) => {
      const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
      const server = newServer();
      server.registerTool('relay', {}, async () => {
        const [near, far] = InMemoryTransport.createLinkedPair();
        await newServer().connect(far);
        const inner = await connect(near);
        await inner.callTool({ name: 'greet' });
        await inner.close();
        return { content: [] };
      });
      response.once('close', () => void server.close());
      await server.connect(transport as Transport);
      await transport.handleRequest(request, response);
    });
    const client = await connect(new StreamableHTTPClientTransport(http.url) as Transport);
    await client.callTool({ name: 'relay' });
    await client.close();
    const { spans } = await capture.signals();
    const relayed = spans.filter(({ name }) => name === 'tools/call greet');
    expect(
      relayed.map(({ kind, attributes }) => [kind, networkIn(attributes)]),
    ).to.have.deep.members([
      ['CLIENT', {}],
      ['SERVER', {}],
    ]);
  });

  it('follows one stateless transport a request', async () => {
    await using http = await listen(async (request, response) => {
      const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
      const server = newServer();
      response.once('close', () => void server.close());
      await server.connect(transport as Transport);
      await transport.handleRequest(request, response);
    });
    const client = await connect(new StreamableHTTPClientTransport(http.url) as Transport);
    await client.callTool({ name: 'greet' });
    await client.close();
    const signals = await capture.signals();
    expect(
      requestSpans(signals).map(({ name, attributes }) => [name, attributes['mcp.session.id']]),
    ).to.deep.equal([
      ['initialize', undefined],
      ['tools/call greet', undefined],
    ]);
    expectCallers(signals, [undefined, undefined]);
  });

  it('follows the SSE transport until its stream closes', async () => {
    let transport: SSEServerTransport | undefined;
    let ended: Promise<unknown> | undefined;
    await using http = await listen(async (request, response) => {
      if (request.method === 'POST') return transport?.handlePostMessage(request, response);
      transport = new SSEServerTransport('/', response);
      ended = once(response, 'close');
      await newServer().connect(transport);
    });
    const client = await connect(new SSEClientTransport(http.url));
    await client.callTool({ name: 'greet', _meta });
    const lost = client.callTool({ name: 'hold' }).catch(() => 'lost');
    await holding;
    await client.close();
    expect(await lost).to.equal('lost');
    await ended;
    const signals = await capture.signals();
    const spans = requestSpans(signals);
    expectCallers(signals, [undefined, undefined, 'disconnected']);
    expect(spans.map(({ name, attributes }) => [name, attributes['error.type']])).to.deep.equal([
      ['initialize', undefined],
      ['tools/call greet', undefined],
      ['tools/call', 'disconnected'],
    ]);
    expect(spans[1]).to.include({ traceId: TRACE, parentSpanId: PARENT });
    expect(spans[1]?.links).to.have.length(1);
    expectNetwork(signals, http.url);
  });
});
