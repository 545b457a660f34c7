import { context, propagation, trace } from '@opentelemetry/api';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { expect } from 'chai';
import { McpInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';
import {
  loadMcp,
  loadSecondMcp,
  type McpClient,
  type McpPackage,
  type McpRequest,
  type McpServer,
  type Message,
} from './mcp-peer.js';

type Handler = (request: McpRequest, server: McpServer) => unknown;

const TRACE = '0af7651916cd43dd8448eb211c80319c';

/** An operation as both ends tell it. */
interface Operation {
  readonly name: string;
  /** Undefined of a notification. */
  readonly id?: string;
  readonly method: string;
  /** What was agreed on before, on everything but what agrees on it. */
  readonly revision?: RegExp;
  readonly labels?: Readonly<Record<string, string>>;
  /** What the span and the event have in place of what is no label. */
  readonly original?: Readonly<Record<string, string>>;
  readonly told?: Readonly<Record<string, string>>;
  readonly result?: string;
  readonly failure?: Readonly<Record<string, string>>;
}

const AGREED = { revision: /^20\d\d-\d\d-\d\d$/ };
const TOOL = { 'gen_ai.operation.name': 'execute_tool' };

function tool(id: string, name: string, failure?: Readonly<Record<string, string>>): Operation {
  const common = { ...AGREED, id, method: 'tools/call' };
  if (failure === undefined) {
    const labels = { ...TOOL, 'gen_ai.tool.name': name };
    return { ...common, name: `tools/call ${name}`, labels, told: { tool: name } };
  }
  return {
    ...common,
    name: 'tools/call',
    labels: { ...TOOL, 'gen_ai.tool.name': '_OTHER' },
    original: { 'gen_ai.tool.name': name },
    told: { tool: '_OTHER', tool_original: name },
    result: 'error',
    failure,
  };
}

function spansOf({ name, id, method, revision, labels, original, failure }: Operation) {
  return (['CLIENT', 'SERVER'] as const).map((kind) => ({
    name,
    kind,
    status: failure ? ('ERROR' as const) : ('UNSET' as const),
    links: [],
    attributes: {
      'mcp.method.name': method,
      ...(id !== undefined && { 'jsonrpc.request.id': id }),
      ...(revision && { 'mcp.protocol.version': revision }),
      ...labels,
      ...original,
      ...failure,
    },
  }));
}

function eventsOf({ id, method, told, result = 'success', failure }: Operation) {
  return ['client', 'server'].map((side) => ({
    name: `mcp.${side}.request`,
    target: 'otel-exec',
    severity: 'INFO' as const,
    attributes: {
      method,
      result,
      duration_ms: Number.isInteger,
      traceparent: /^00-[\da-f]{32}-[\da-f]{16}-01$/,
      ...(id !== undefined && { request_id: id }),
      ...told,
      ...(failure && { 'error.type': failure['error.type'] }),
    },
  }));
}

function pointOf({ method, revision, labels, failure }: Operation) {
  return {
    value: 1,
    attributes: {
      'mcp.method.name': method,
      ...(revision && { 'mcp.protocol.version': revision }),
      ...labels,
      ...failure,
    },
  };
}

for (const [version, load] of [
  ['@modelcontextprotocol/sdk 1.0.0', () => loadMcp('mcp-sdk-1.0')],
  ['@modelcontextprotocol/sdk 1.32.2', () => loadMcp('@modelcontextprotocol/sdk')],
  ['@modelcontextprotocol/client and server 2.4.0', loadSecondMcp],
] as const) {
  describe(`both ends of ${version}`, () => {
    let mcp: McpPackage;
    let capture: SignalCapture;
    let instrumentation: McpInstrumentation;
    let received: Message[];
    let failure: Error | undefined;
    const tools = new Map<string, Handler>();

    before(async () => {
      mcp = await load();
    });

    beforeEach(() => {
      capture = new SignalCapture().register();
      instrumentation = new McpInstrumentation();
      instrumentation.instrumentModule(mcp.serverModule);
      instrumentation.instrumentModule(mcp.clientModule);
      received = [];
      failure = undefined;
      tools.clear();
      tools.set('greet', () => ({ content: [] }));
      tools.set('break', () => ({ content: [], isError: true }));
      tools.set('throw', () => {
        throw new mcp.McpError(-32001, 'secret');
      });
    });

    afterEach(async () => {
      instrumentation.disable();
      propagation.disable();
      await capture[Symbol.asyncDispose]();
    });

    async function connect(): Promise<{ client: McpClient; server: McpServer }> {
      const [near, far] = mcp.InMemoryTransport.createLinkedPair();
      const server = new mcp.Server({ name: 's', version: '1' }, { capabilities: { tools: {} } });
      server.setRequestHandler(mcp.schemas.CallToolRequestSchema, (request) =>
        tools.get(request.params.name)?.(request, server),
      );
      const client = new mcp.Client(
        { name: 'c', version: '1' },
        { capabilities: { sampling: {}, roots: {} } },
      );
      const start = far.start.bind(far);
      far.start = () => {
        const { onmessage } = far;
        far.onmessage = (message) => {
          received.push(message);
          onmessage?.(message);
        };
        return start();
      };
      const send = near.send.bind(near);
      near.send = async (message) => {
        if (failure !== undefined) throw failure;
        return send(message);
      };
      await server.connect(far);
      await client.connect(near);
      return { client, server };
    }

    function ask(client: McpClient, request: object, options: object = {}): Promise<unknown> {
      return client.request(request, mcp.schemas.ResultSchema, options);
    }

    function callTool(client: McpClient, name: string, options = {}, more = {}): Promise<unknown> {
      return ask(client, { method: 'tools/call', params: { name, ...more } }, options);
    }

    async function refused(asking: Promise<unknown>): Promise<void> {
      await asking.then(
        () => expect.fail('it was answered'),
        () => {},
      );
    }

    /** A tool that says when it was called, and never answers. */
    function hold(): Promise<void> {
      return new Promise((resolve) => {
        tools.set('hold', () => {
          resolve();
          return new Promise(() => {});
        });
      });
    }

    it('give the complete signals of success, errors, tool errors and unknown methods, once each', async () => {
      const { client } = await connect();
      await callTool(client, 'greet');
      await callTool(client, 'break');
      await refused(callTool(client, 'throw'));
      await refused(ask(client, { method: 'no/such' }));
      await client.close();
      const operations: Operation[] = [
        { name: 'initialize', id: '0', method: 'initialize' },
        { ...AGREED, name: 'notifications/initialized', method: 'notifications/initialized' },
        tool('1', 'greet'),
        tool('2', 'break', { 'error.type': 'tool_error' }),
        tool('3', 'throw', { 'error.type': '-32001', 'rpc.status_code': '-32001' }),
        {
          ...AGREED,
          name: 'mcp',
          id: '4',
          method: '_OTHER',
          original: { 'mcp.method.name': 'no/such' },
          told: { method_original: 'no/such' },
          result: 'error',
          failure: { 'error.type': '-32601', 'rpc.status_code': '-32601' },
        },
      ];
      const points = operations.map(pointOf);
      const session = [{ value: 1, attributes: { 'mcp.protocol.version': /^20\d\d-\d\d-\d\d$/ } }];
      await capture.expectExactly({
        spans: operations.flatMap(spansOf),
        events: operations.flatMap(eventsOf),
        metrics: {
          'mcp.client.operation.duration': points,
          'mcp.server.operation.duration': points,
          'mcp.client.session.duration': session,
          'mcp.server.session.duration': session,
        },
      });
      const { spans } = await capture.signals();
      const byId = new Map(spans.map((span) => [span.spanId, span]));
      for (const { kind, parentSpanId, name } of spans) {
        if (kind === 'SERVER')
          expect(byId.get(String(parentSpanId))).to.include({ kind: 'CLIENT', name });
        else expect(parentSpanId).to.equal(undefined);
      }
    });

    it('end calls that are cancelled, that time out, and that a close leaves, as that', async () => {
      const { client, server } = await connect();
      const giveUp = new AbortController();
      let holding = hold();
      const cancelled = callTool(client, 'hold', { signal: giveUp.signal });
      await holding;
      giveUp.abort('enough');
      await refused(cancelled);
      holding = hold();
      await refused(callTool(client, 'hold', { timeout: 20 }));
      await holding;
      holding = hold();
      await refused(callTool(client, 'hold', { signal: AbortSignal.timeout(20) }));
      await holding;
      holding = hold();
      const lost = callTool(client, 'hold');
      await holding;
      await server.close();
      await refused(lost);
      const { events } = await capture.signals();
      const resultsOf = (side: string) =>
        events
          .filter(
            ({ name, attributes }) =>
              name === `mcp.${side}.request` && attributes.method === 'tools/call',
          )
          .map(({ attributes }) => attributes.result);
      expect(resultsOf('client')).to.deep.equal([
        'cancelled',
        'timeout',
        'timeout',
        'disconnected',
      ]);
      const knowsCancels = version !== '@modelcontextprotocol/sdk 1.0.0';
      const given = knowsCancels ? 'cancelled' : 'disconnected';
      expect(resultsOf('server')).to.deep.equal([given, given, given, 'disconnected']);
    });

    it('end a call that could not be sent as its error, and leave the next one alone', async () => {
      const { client } = await connect();
      failure = new RangeError('no room');
      await refused(callTool(client, 'greet'));
      failure = undefined;
      await callTool(client, 'greet');
      await client.close();
      const { spans } = await capture.signals();
      const told = spans.filter(({ attributes }) => attributes['mcp.method.name'] === 'tools/call');
      expect(told.map(({ kind, attributes }) => [kind, attributes['error.type']])).to.deep.equal([
        ['CLIENT', 'RangeError'],
        ['SERVER', undefined],
        ['CLIENT', undefined],
      ]);
    });

    it('observe what a server asks of its client the other way round, in one trace', async () => {
      const seen: (string | undefined)[] = [];
      const { client } = await connect();
      client.setRequestHandler(mcp.schemas.ListRootsRequestSchema, () => {
        seen.push(trace.getSpanContext(context.active())?.spanId);
        return { roots: [] };
      });
      tools.set('look', async (_, server) => {
        await server.request({ method: 'roots/list' }, mcp.schemas.ResultSchema);
        return { content: [] };
      });
      await callTool(client, 'look');
      await client.close();
      const { spans } = await capture.signals();
      const [asked, answered] = ['CLIENT', 'SERVER'].map((kind) =>
        spans.find(
          (span) => span.kind === kind && span.attributes['mcp.method.name'] === 'roots/list',
        ),
      );
      const tool = spans.find(({ name, kind }) => name === 'tools/call look' && kind === 'SERVER');
      expect(answered?.parentSpanId).to.equal(asked?.spanId);
      expect(asked?.parentSpanId).to.equal(tool?.spanId);
      expect(seen).to.deep.equal([answered?.spanId]);
      expect(answered?.attributes['error.type']).to.equal(undefined);
    });

    it('keep concurrent calls, their handlers and their parents apart', async () => {
      const { client } = await connect();
      const gates: (() => void)[] = [];
      const seen = new Map<string, string | undefined>();
      for (const name of ['a', 'b', 'c']) {
        tools.set(name, async () => {
          await new Promise<void>((resolve) => {
            gates.push(resolve);
            if (gates.length === 3) for (const open of [...gates].reverse()) open();
          });
          seen.set(name, trace.getSpanContext(context.active())?.spanId);
          return { content: [] };
        });
      }
      const tracer = trace.getTracer('spec');
      await Promise.all(
        ['a', 'b', 'c'].map((name) =>
          tracer.startActiveSpan(`turn ${name}`, async (span) => {
            await callTool(client, name);
            span.end();
          }),
        ),
      );
      const { spans } = await capture.signals();
      for (const name of ['a', 'b', 'c']) {
        const turn = spans.find((span) => span.name === `turn ${name}`);
        const [asked, answered] = ['CLIENT', 'SERVER'].map((kind) =>
          spans.find((span) => span.kind === kind && span.name === `tools/call ${name}`),
        );
        expect(asked?.parentSpanId).to.equal(turn?.spanId);
        expect(answered?.parentSpanId).to.equal(asked?.spanId);
        expect(seen.get(name)).to.equal(answered?.spanId);
      }
    });

    it('carry the trace in _meta, in a copy, never over what the caller set, and not where it is switched off', async () => {
      const { client } = await connect();
      const request = { method: 'tools/call', params: { name: 'greet', _meta: { mine: 1 } } };
      const own = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` };
      received.length = 0;
      await ask(client, request);
      await callTool(client, 'greet', {}, { _meta: own });
      instrumentation.setConfig({ propagate: false });
      await callTool(client, 'greet');
      instrumentation.setConfig({ ignore: () => true });
      await callTool(client, 'greet');
      expect(request).to.deep.equal({
        method: 'tools/call',
        params: { name: 'greet', _meta: { mine: 1 } },
      });
      const metas = received.map(({ params }) => (params as { _meta?: object })._meta);
      expect(metas[0]).to.include({ mine: 1 }).and.have.property('traceparent');
      expect(metas[1]).to.include(own);
      for (const meta of metas.slice(2)) expect(meta ?? {}).not.to.have.property('traceparent');
      const { spans } = await capture.signals();
      expect(spans.filter(({ name }) => name === 'tools/call greet')).to.have.length(6);
    });

    it('carry the baggage only if asked', async () => {
      propagation.disable();
      propagation.setGlobalPropagator(
        new CompositePropagator({
          propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
        }),
      );
      const { client } = await connect();
      const inBaggage = propagation.setBaggage(
        context.active(),
        propagation.createBaggage({ tenant: { value: 'secret' } }),
      );
      received.length = 0;
      await context.with(inBaggage, () => callTool(client, 'greet'));
      instrumentation.setConfig({ baggage: true });
      await context.with(inBaggage, () => callTool(client, 'greet'));
      const metas = received.map(({ params }) => (params as { _meta?: object })._meta);
      expect(metas[0]).to.have.property('traceparent');
      expect(metas[0]).not.to.have.property('baggage');
      expect(metas[1]).to.have.property('baggage', 'tenant=secret');
    });
  });
}
