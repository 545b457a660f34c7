import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { context, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { ChildProcessInstrumentation, McpInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';
import {
  loadMcp,
  loadSecondMcp,
  type McpPackage,
  McpPeer,
  type McpRequest,
  type McpServer,
} from './mcp-peer.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

function call(id: unknown, method: string, params?: object) {
  return { jsonrpc: '2.0', id, method, ...(params && { params }) };
}

function tool(id: unknown, name: string, args: object = {}, more: object = {}) {
  return call(id, 'tools/call', { name, arguments: args, ...more });
}

function activeSpan(): string | undefined {
  return trace.getSpanContext(context.active())?.spanId;
}

for (const [version, load] of [
  ['@modelcontextprotocol/sdk 1.0.0, the oldest supported version', () => loadMcp('mcp-sdk-1.0')],
  [
    '@modelcontextprotocol/sdk 1.32.2, the newest supported version',
    () => loadMcp('@modelcontextprotocol/sdk'),
  ],
  ['@modelcontextprotocol/server 2.4.0', loadSecondMcp],
] as const) {
  describe(`McpInstrumentation of ${version}`, () => {
    let mcp: McpPackage;
    let capture: SignalCapture;
    let instrumentation: McpInstrumentation;
    const tools = new Map<string, (args: Record<string, unknown>) => unknown>();

    before(async () => {
      mcp = await load();
    });

    beforeEach(() => {
      capture = new SignalCapture().register();
      instrumentation = new McpInstrumentation();
      instrumentation.instrumentModule(mcp.serverModule);
      tools.clear();
      tools.set('greet', () => ({ content: [] }));
      tools.set('break', () => ({ content: [], isError: true }));
      tools.set('throw', () => {
        throw new mcp.McpError(-32001, 'secret');
      });
      tools.set('hold', () => new Promise(() => {}));
    });

    afterEach(async () => {
      instrumentation.disable();
      await capture[Symbol.asyncDispose]();
    });

    async function serve(): Promise<{ peer: McpPeer; server: McpServer }> {
      const [near, far] = mcp.InMemoryTransport.createLinkedPair();
      const server = new mcp.Server(
        { name: 's', version: '1' },
        { capabilities: { tools: {}, prompts: {} } },
      );
      server.setRequestHandler(mcp.schemas.CallToolRequestSchema, ({ params }: McpRequest) =>
        tools.get(params.name)?.(params.arguments ?? {}),
      );
      server.setRequestHandler(mcp.schemas.GetPromptRequestSchema, () => ({ messages: [] }));
      const peer = new McpPeer(near);
      await server.connect(far);
      return { peer, server };
    }

    it('gives the complete signals of success, errors, tool errors and unknown methods', async () => {
      const { peer } = await serve();
      await peer.send(
        tool(1, 'greet'),
        tool(2, 'break'),
        tool('3', 'throw'),
        call(4, 'no/such', { name: 'x' }),
        call(5, 'prompts/get', { name: 'hello' }),
        { jsonrpc: '2.0', method: 'notifications/initialized' },
      );
      for (const id of [1, 2, '3', 4, 5]) await peer.answerTo(id);
      const toolCall = {
        'mcp.method.name': 'tools/call',
        'gen_ai.operation.name': 'execute_tool',
      };
      const event = (attributes: Record<string, string>) => ({
        name: 'mcp.server.request',
        target: 'otel-exec',
        severity: 'INFO',
        body: 'MCP request completed',
        attributes: {
          ...attributes,
          duration_ms: Number.isInteger,
          traceparent: /^00-[\da-f]{32}-[\da-f]{16}-01$/,
        },
      });
      const initialized = { 'mcp.method.name': 'notifications/initialized' };
      await capture.expectExactly({
        spans: [
          {
            name: 'notifications/initialized',
            kind: 'SERVER',
            status: 'UNSET',
            attributes: initialized,
          },
          {
            name: 'tools/call greet',
            kind: 'SERVER',
            status: 'UNSET',
            attributes: { ...toolCall, 'gen_ai.tool.name': 'greet', 'jsonrpc.request.id': '1' },
          },
          {
            name: 'tools/call',
            kind: 'SERVER',
            status: 'ERROR',
            attributes: {
              ...toolCall,
              'gen_ai.tool.name': 'break',
              'jsonrpc.request.id': '2',
              'error.type': 'tool_error',
            },
          },
          {
            name: 'tools/call',
            kind: 'SERVER',
            status: 'ERROR',
            attributes: {
              ...toolCall,
              'gen_ai.tool.name': 'throw',
              'jsonrpc.request.id': '3',
              'rpc.status_code': '-32001',
              'error.type': '-32001',
            },
          },
          {
            name: 'mcp',
            kind: 'SERVER',
            status: 'ERROR',
            attributes: {
              'mcp.method.name': 'no/such',
              'jsonrpc.request.id': '4',
              'rpc.status_code': '-32601',
              'error.type': '-32601',
            },
          },
          {
            name: 'prompts/get hello',
            kind: 'SERVER',
            status: 'UNSET',
            attributes: {
              'mcp.method.name': 'prompts/get',
              'gen_ai.prompt.name': 'hello',
              'jsonrpc.request.id': '5',
            },
          },
        ],
        events: [
          event({ method: 'notifications/initialized', result: 'success' }),
          event({ request_id: '1', method: 'tools/call', result: 'success', tool: 'greet' }),
          event({
            request_id: '2',
            method: 'tools/call',
            result: 'error',
            'error.type': 'tool_error',
            tool: '_OTHER',
            tool_original: 'break',
          }),
          event({
            request_id: '3',
            method: 'tools/call',
            result: 'error',
            'error.type': '-32001',
            tool: '_OTHER',
            tool_original: 'throw',
          }),
          event({
            request_id: '4',
            method: '_OTHER',
            result: 'error',
            'error.type': '-32601',
            method_original: 'no/such',
          }),
          event({ request_id: '5', method: 'prompts/get', result: 'success', prompt: 'hello' }),
        ],
        metrics: {
          'mcp.server.operation.duration': [
            { value: 1, attributes: initialized },
            {
              value: 1,
              attributes: {
                'mcp.method.name': 'tools/call',
                'gen_ai.tool.name': 'greet',
                'gen_ai.operation.name': 'execute_tool',
              },
            },
            {
              value: 1,
              attributes: {
                'mcp.method.name': 'tools/call',
                'gen_ai.tool.name': '_OTHER',
                'gen_ai.operation.name': 'execute_tool',
                'error.type': 'tool_error',
              },
            },
            {
              value: 1,
              attributes: {
                'mcp.method.name': 'tools/call',
                'gen_ai.tool.name': '_OTHER',
                'gen_ai.operation.name': 'execute_tool',
                'rpc.status_code': '-32001',
                'error.type': '-32001',
              },
            },
            {
              value: 1,
              attributes: {
                'mcp.method.name': '_OTHER',
                'rpc.status_code': '-32601',
                'error.type': '-32601',
              },
            },
            {
              value: 1,
              attributes: { 'mcp.method.name': 'prompts/get', 'gen_ai.prompt.name': 'hello' },
            },
          ],
        },
      });
    });

    it('ends a request that the peer cancels, and one that a close leaves, as that', async () => {
      const { peer, server } = await serve();
      await peer.send(tool(1, 'hold'), tool(2, 'hold'));
      await peer.send({
        jsonrpc: '2.0',
        method: 'notifications/cancelled',
        params: { requestId: 1 },
      });
      await server.close();
      const failure = (result: string) => ({
        name: 'mcp.server.request',
        attributes: {
          request_id: result === 'cancelled' ? '1' : '2',
          method: 'tools/call',
          result,
          duration_ms: Number.isInteger,
          traceparent: /^00-/,
          'error.type': result,
          tool: '_OTHER',
          tool_original: 'hold',
        },
      });
      const point = (result: string) => ({
        value: 1,
        attributes: {
          'mcp.method.name': 'tools/call',
          'gen_ai.tool.name': '_OTHER',
          'gen_ai.operation.name': 'execute_tool',
          'error.type': result,
        },
      });
      const notified = {
        name: 'mcp.server.request',
        attributes: {
          method: 'notifications/cancelled',
          result: 'success',
          duration_ms: Number.isInteger,
          traceparent: /^00-/,
        },
      };
      await capture.expectExactly({
        spans: [
          { name: 'notifications/cancelled', status: 'UNSET' },
          { name: 'tools/call', status: 'ERROR' },
          { name: 'tools/call', status: 'ERROR' },
        ],
        events: [failure('cancelled'), failure('disconnected'), notified],
        metrics: {
          'mcp.server.operation.duration': [
            point('cancelled'),
            point('disconnected'),
            { value: 1, attributes: { 'mcp.method.name': 'notifications/cancelled' } },
          ],
        },
      });
    });

    it('handles each request in its own context, however its awaits cross with others', async () => {
      const seen = new Map<unknown, (string | undefined)[]>();
      const gates: (() => void)[] = [];
      tools.set('cross', async ({ id }) => {
        const mine = [activeSpan()];
        seen.set(id, mine);
        const opened = new Promise<void>((resolve) => gates.push(resolve));
        if (gates.length === 4) for (const open of [...gates].reverse()) open();
        await opened;
        mine.push(activeSpan());
        await new Promise((resolve) => setImmediate(resolve));
        mine.push(activeSpan());
        return { content: [] };
      });
      const { peer } = await serve();
      const ids = [1, 2, 3, 4];
      await peer.send(...ids.map((id) => tool(id, 'cross', { id })));
      await Promise.all(ids.map((id) => peer.answerTo(id)));
      const { spans } = await capture.signals();
      expect(spans).to.have.length(4);
      for (const { spanId, attributes, parentSpanId } of spans) {
        const id = Number(attributes['jsonrpc.request.id']);
        expect(seen.get(id)).to.deep.equal([spanId, spanId, spanId]);
        expect(parentSpanId).to.equal(undefined);
      }
    });

    it('makes a process that a tool starts the child of its request', async () => {
      const processes = new ChildProcessInstrumentation();
      tools.set('run', async () => {
        await new Promise((resolve) => setImmediate(resolve));
        await once(spawn(process.execPath, ['-e', '']), 'exit');
        return { content: [] };
      });
      const { peer } = await serve();
      await peer.send(tool(1, 'run'), tool(2, 'greet'));
      await Promise.all([peer.answerTo(1), peer.answerTo(2)]);
      processes.disable();
      const { spans } = await capture.signals();
      const request = spans.find(({ name }) => name === 'tools/call run');
      expect(spans).to.have.length(3);
      expect(spans.find(({ name }) => name === 'node')?.parentSpanId).to.equal(request?.spanId);
    });

    it('has the context in _meta as parent and the active span as link, or what was asked for', async () => {
      const _meta = { traceparent: `00-${TRACE}-${PARENT}-01` };
      const ambient = trace.getTracer('spec').startSpan('ambient');
      const { peer } = await serve();
      const inAmbient = trace.setSpan(context.active(), ambient);
      await context.with(inAmbient, () =>
        peer.send(tool(1, 'greet', {}, { _meta }), tool(2, 'greet')),
      );
      instrumentation.setConfig({ precedence: 'link' });
      await context.with(inAmbient, () => peer.send(tool(3, 'greet', {}, { _meta })));
      for (const id of [1, 2, 3]) await peer.answerTo(id);
      const { spanId } = ambient.spanContext();
      const byId = new Map(
        (await capture.signals()).spans.map((span) => [
          span.attributes['jsonrpc.request.id'],
          span,
        ]),
      );
      expect(byId.get('1')).to.deep.include({
        traceId: TRACE,
        parentSpanId: PARENT,
        links: [spanId],
      });
      expect(byId.get('2')).to.deep.include({ parentSpanId: spanId, links: [] });
      expect(byId.get('3')).to.deep.include({ parentSpanId: spanId, links: [PARENT] });
    });

    it('survives a peer that reuses ids, answers what nobody asked, twice, and never closes', async () => {
      const calls: (() => void)[] = [];
      tools.set('slow', () => new Promise((done) => calls.push(() => done({ content: [] }))));
      const { peer, server } = await serve();
      await peer.send(tool(1, 'slow'), tool(1, 'slow'));
      await peer.send(
        { jsonrpc: '2.0', id: 99, result: {} },
        { jsonrpc: '2.0', id: 99, result: {} },
        { jsonrpc: '2.0', method: 'notifications/cancelled', params: {} },
        tool(2, 'hold'),
        tool(3, 'greet'),
      );
      await peer.answerTo(3);
      for (const done of calls) done();
      await peer.answerTo(1);
      await peer.answerTo(1);
      await server.close();
      await server.close();
      const signals = await capture.signals();
      const events = signals.events.filter(
        ({ attributes }) => attributes.method !== 'notifications/cancelled',
      );
      expect(signals.events).to.have.length(5);
      expect(
        events.map((e) => [e.attributes.request_id, e.attributes.result]),
      ).to.have.deep.members([
        ['1', 'success'],
        ['1', 'success'],
        ['2', 'disconnected'],
        ['3', 'success'],
      ]);
    });

    it('observes a transport anew, and once, each time that a server connects to it', async () => {
      const [near, far] = mcp.InMemoryTransport.createLinkedPair();
      const peer = new McpPeer(near);
      const connect = async () => {
        const server = new mcp.Server({ name: 's', version: '1' }, { capabilities: {} });
        await server.connect(far);
        return server;
      };
      const first = await connect();
      await peer.send(call(1, 'ping'));
      await peer.answerTo(1);
      far.onclose?.();
      await connect();
      await peer.send(call(2, 'ping'));
      await peer.answerTo(2);
      await first.close();
      const { events } = await capture.signals();
      expect(events.map((e) => [e.attributes.request_id, e.attributes.result])).to.deep.equal([
        ['1', 'success'],
        ['2', 'success'],
      ]);
    });

    it('asks the hooks of its config, and survives them throwing', async () => {
      instrumentation.setConfig({
        ignore: ({ method, id }) => {
          if (id === 3) throw new Error('odd');
          return method === 'ping';
        },
        requestHook: (span, { method }) => {
          span?.setAttribute('app.method', method);
          throw new Error('odd');
        },
      });
      const { peer } = await serve();
      await peer.send(tool(1, 'greet'), call(2, 'ping'), call(3, 'ping'));
      for (const id of [1, 2, 3]) await peer.answerTo(id);
      const { spans } = await capture.signals();
      expect(spans.map(({ attributes }) => attributes['app.method'])).to.have.members([
        'tools/call',
        'ping',
      ]);
    });

    it('restores every original when it is disabled, and doubles nothing when there are two', async () => {
      const { prototype } = mcp.serverModule.Server;
      instrumentation.disable();
      const members = () => Object.getOwnPropertyDescriptors(prototype);
      const original = members();
      const second = new McpInstrumentation();
      second.instrumentModule(mcp.serverModule);
      instrumentation.enable();
      const { peer } = await serve();
      await peer.send(tool(1, 'greet'), tool(2, 'hold'));
      await peer.answerTo(1);
      instrumentation.disable();
      second.disable();
      expect(members()).to.deep.equal(original);
      await peer.send(tool(3, 'greet'));
      await peer.answerTo(3);
      await peer.close();
      const { events } = await capture.signals();
      expect(events.map((e) => [e.attributes.request_id, e.attributes.result])).to.deep.equal([
        ['1', 'success'],
        ['2', 'disconnected'],
      ]);
    });
  });
}
