import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as clientModule from '@modelcontextprotocol/client';
import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node';
import * as serverModule from '@modelcontextprotocol/server';
import { expect } from 'chai';
import { McpInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';

const { Client, StreamableHTTPClientTransport } = clientModule;
const { createMcpHandler, inputRequired, McpServer } = serverModule;

type Told = readonly [kind: string, name: string, failure: unknown];

/** What both ends tell of an operation that ends alike at both. */
function both(name: string, failure?: string): Told[] {
  return [
    ['CLIENT', name, failure],
    ['SERVER', name, failure],
  ];
}

describe('both ends of the second MCP SDK over HTTP, with a server for each request', () => {
  let capture: SignalCapture;
  let instrumentation: McpInstrumentation;
  let handler: ReturnType<typeof createMcpHandler>;
  let http: ReturnType<typeof createServer>;
  let held: (signal: AbortSignal) => void;

  beforeEach(async () => {
    capture = new SignalCapture().register();
    instrumentation = new McpInstrumentation();
    instrumentation.instrumentModule(serverModule);
    instrumentation.instrumentModule(clientModule);
    handler = createMcpHandler(newServer);
    const handle = toNodeHandler(handler);
    http = createServer(
      (request, response) => void handle(request as NodeIncomingMessageLike, response),
    );
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
  });

  afterEach(async () => {
    instrumentation.disable();
    await handler.close();
    http.closeAllConnections();
    http.close();
    await once(http, 'close');
    await capture[Symbol.asyncDispose]();
  });

  function newServer(): InstanceType<typeof McpServer> {
    const server = new McpServer({ name: 's', version: '1' });
    server.registerTool('greet', {}, () => ({ content: [] }));
    server.registerTool('break', {}, () => ({ content: [], isError: true }));
    server.registerTool('hold', {}, ({ mcpReq }) => {
      held(mcpReq.signal);
      return new Promise(() => {});
    });
    server.registerTool('ask', {}, ({ mcpReq }) => {
      if (mcpReq.inputResponses !== undefined) return { content: [] };
      const requestedSchema = { type: 'object' as const, properties: {} };
      const params = { mode: 'form' as const, message: 'who?', requestedSchema };
      return inputRequired({ inputRequests: { who: { method: 'elicitation/create', params } } });
    });
    return server;
  }

  async function connect(mode: 'auto' | 'legacy') {
    const client = new Client(
      { name: 'c', version: '1' },
      { versionNegotiation: { mode }, capabilities: { elicitation: { form: {} } } },
    );
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: {} }));
    const { port } = http.address() as AddressInfo;
    await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/`)));
    return client;
  }

  /** The signal of the next request that is held. */
  function holding(): Promise<AbortSignal> {
    return new Promise((resolve) => {
      held = resolve;
    });
  }

  async function refused(asking: Promise<unknown>): Promise<void> {
    await asking.then(
      () => expect.fail('it was answered'),
      () => {},
    );
  }

  async function told(): Promise<Told[]> {
    const { spans } = await capture.signals();
    const parents = new Map(spans.map(({ spanId, kind }) => [spanId, kind]));
    for (const { kind, parentSpanId, name } of spans) {
      if (kind === 'SERVER') expect(parents.get(String(parentSpanId)), name).to.equal('CLIENT');
    }
    return spans
      .map(({ kind, name, attributes }): Told => [kind, name, attributes['error.type']])
      .filter(([, name]) => name.startsWith('tools/call') || name === 'initialize');
  }

  it('tell of success, tool errors and results that ask for input, and have no session', async () => {
    const client = await connect('auto');
    expect(client.getNegotiatedProtocolVersion()).to.equal('2026-07-28');
    await client.callTool({ name: 'greet' });
    await client.callTool({ name: 'ask' });
    await client.callTool({ name: 'break' });
    await client.close();
    expect(await told()).to.have.deep.members([
      ...both('tools/call greet'),
      ...both('tools/call ask'),
      ...both('tools/call ask'),
      ...both('tools/call break', 'tool_error'),
    ]);
    const { spans, metrics } = await capture.signals();
    const discovered = spans.filter(
      ({ attributes }) => attributes['mcp.method.name'] === 'server/discover',
    );
    expect(discovered.map(({ kind, status }) => [kind, status])).to.have.deep.members([
      ['CLIENT', 'UNSET'],
      ['SERVER', 'UNSET'],
    ]);
    expect(Object.keys(metrics)).to.have.members([
      'mcp.client.operation.duration',
      'mcp.server.operation.duration',
    ]);
  });

  it('call it cancelled where the client closes the stream, and a timeout where it waited too long', async () => {
    const client = await connect('auto');
    const giveUp = new AbortController();
    let signal = holding();
    const cancelled = client.callTool({ name: 'hold' }, { signal: giveUp.signal });
    await signal;
    giveUp.abort();
    await refused(cancelled);
    await aborted(await signal);
    signal = holding();
    await refused(client.callTool({ name: 'hold' }, { timeout: 50 }));
    await aborted(await signal);
    expect(await told()).to.have.deep.members([
      ...both('tools/call hold', 'cancelled'),
      ['CLIENT', 'tools/call hold', 'timeout'],
      ['SERVER', 'tools/call hold', 'cancelled'],
    ]);
    await client.close();
  });

  it('call it disconnected where the server closes in mid-request, and an error at the client', async () => {
    const client = await connect('auto');
    const signal = holding();
    const lost = client.callTool({ name: 'hold' });
    await signal;
    await handler.close();
    await refused(lost);
    const ends = await told();
    expect(ends).to.have.length(2);
    expect(ends).to.deep.include(['SERVER', 'tools/call hold', 'disconnected']);
    expect(ends.find(([kind]) => kind === 'CLIENT')?.[2]).to.be.a('string');
    await client.close();
  });

  it('end a subscription with its stream', async () => {
    const client = await connect('auto');
    const subscription = await client.listen({ toolsListChanged: true });
    await subscription.close();
    const again = await client.listen({ toolsListChanged: true });
    await client.close();
    await again.closed;
    const { spans } = await capture.signals();
    const listened = spans.filter(({ attributes }) =>
      String(attributes['jsonrpc.request.id']).startsWith('listen:'),
    );
    expect(listened.map(({ attributes }) => attributes['error.type'])).to.deep.equal([
      'cancelled',
      'disconnected',
    ]);
  });

  it('end a subscription that the server drops, while the client goes on', async () => {
    const client = await connect('auto');
    const subscription = await client.listen({ toolsListChanged: true });
    http.closeAllConnections();
    await subscription.closed;
    const { spans } = await capture.signals();
    const listened = spans.find(({ name }) => name === 'subscriptions/listen');
    expect(listened?.attributes['error.type']).to.equal('disconnected');
    await client.close();
  });

  it('observe the earlier revision over the same handler, with a session at the client', async () => {
    const client = await connect('legacy');
    await client.callTool({ name: 'greet' });
    await client.close();
    expect(await told()).to.have.deep.members([...both('initialize'), ...both('tools/call greet')]);
    const { metrics } = await capture.signals();
    expect(metrics['mcp.client.session.duration']).to.have.length(1);
    expect(metrics['mcp.client.session.duration']?.[0]?.attributes).to.deep.equal({
      'mcp.protocol.version': '2025-11-25',
      'network.protocol.name': 'http',
      'network.transport': 'tcp',
    });
    expect(metrics).not.to.have.property('mcp.server.session.duration');
  });
});

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
