import { context, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { AcpInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';
import { type AcpConnection, type AcpContext, connectEnds, loadAcp } from './acp-peer.js';
import { type Ending, rpcSignalsOf, withNotification } from './rpc-signals.js';

function activeSpan(): string | undefined {
  return trace.getSpanContext(context.active())?.spanId;
}

/** What is used of the low-level connection of 2.0, which alone can send batches. */
interface BatchPackage {
  readonly Connection: new (
    answer: (method: string, params: unknown) => unknown,
    hear: () => void,
    stream: object,
  ) => { sendBatch(entries: object[]): Promise<unknown[]>; close(): void };
}

describe('AcpInstrumentation of @agentclientprotocol/sdk 2.0.0, between ends that send batches', () => {
  it('observes each request of a batch, and carries the context in each', async () => {
    await using capture = new SignalCapture().register();
    const { main, connection } = await loadAcp('acp-sdk-2.0', '../../core/jsonrpc.js');
    const instrumentation = new AcpInstrumentation({ ignore: ({ method }) => method === '_left' });
    instrumentation.instrumentModule(connection);
    const { Connection } = connection as BatchPackage;
    const ends = connectEnds(main);
    const answer = (method: string) => method;
    const agent = new Connection(answer, () => {}, ends.agent);
    const client = new Connection(answer, () => {}, ends.client);
    const methods = ['session/list', '_left', 'logout'];
    const batch = methods.map((method) => ({ kind: 'request', method, params: {} }));
    expect(await client.sendBatch(batch)).to.deep.equal(methods);
    const [sent] = ends.fromClient as unknown as { params: { _meta?: object } }[][];
    expect(sent?.map(({ params }) => params._meta !== undefined)).to.deep.equal([
      true,
      false,
      true,
    ]);
    client.close();
    agent.close();
    instrumentation.disable();
    await capture.expectExactly(
      rpcSignalsOf(
        ...atBothEnds({ id: '0', method: 'session/list' }, { id: '2', method: 'logout' }),
      ),
    );
  });
});

function prototypeOf(connection: object): object {
  return Reflect.get(connection, 'Connection').prototype;
}

/** What both ends tell of the same requests. */
function atBothEnds(...endings: readonly Omit<Ending, 'end'>[]): Ending[] {
  return (['client', 'server'] as const).flatMap((end) =>
    endings.map((ending) => ({ ...ending, end })),
  );
}

const INITIALIZED = [
  { id: '0', method: 'initialize' },
  { id: '1', method: 'session/new' },
];
const CANCELLED = { result: 'cancelled', errorType: 'cancelled' };
const PERMISSION = {
  sessionId: 's',
  toolCall: { toolCallId: 't' },
  options: [{ optionId: 'yes', name: 'Yes', kind: 'allow_once' }],
};
const ALLOWED = { outcome: { outcome: 'selected', optionId: 'yes' } };

for (const [version, alias, internal] of [
  ['1.0.0, the oldest supported version', 'acp-sdk-1.0', './jsonrpc.js'],
  ['2.0.0, which knows batches', 'acp-sdk-2.0', '../../core/jsonrpc.js'],
  ['2.4.0, the newest supported version', '@agentclientprotocol/sdk', '../../core/jsonrpc.js'],
] as const) {
  describe(`AcpInstrumentation of @agentclientprotocol/sdk ${version}`, () => {
    let acp: Awaited<ReturnType<typeof loadAcp>>;
    let original: unknown;
    let capture: SignalCapture;
    let instrumentation: AcpInstrumentation;
    let ends: ReturnType<typeof connectEnds>;
    let client: AcpConnection;
    let agent: AcpConnection;
    let prompted: (context: AcpContext) => unknown;
    let permitted: (context: AcpContext) => unknown;
    let cancelled: Promise<void>;

    before(async () => {
      acp = await loadAcp(alias, internal);
      original = Reflect.get(prototypeOf(acp.connection), 'initialize');
    });

    beforeEach(async () => {
      capture = new SignalCapture().register();
      instrumentation = new AcpInstrumentation();
      instrumentation.instrumentModule(acp.connection);
      prompted = () => ({ stopReason: 'end_turn' });
      permitted = () => ALLOWED;
      await start();
    });

    afterEach(async () => {
      client.close();
      agent.close();
      instrumentation.disable();
      await capture[Symbol.asyncDispose]();
    });

    async function start(): Promise<void> {
      ends = connectEnds(acp.main);
      cancelled = new Promise((resolve) => {
        agent = acp.main
          .agent()
          .onRequest('initialize', () => ({ protocolVersion: 1, agentCapabilities: {} }))
          .onRequest('session/new', () => ({ sessionId: 's' }))
          .onRequest('session/prompt', (context) => prompted(context))
          .onNotification('session/cancel', () => resolve())
          .connect(ends.agent);
      });
      client = acp.main
        .client()
        .onRequest('session/request_permission', (context) => permitted(context))
        .onRequest('fs/read_text_file', () => ({ content: 'secret' }))
        .connect(ends.client);
      await client.agent.request('initialize', { protocolVersion: 1, clientCapabilities: {} });
      await client.agent.request('session/new', { cwd: '/', mcpServers: [] });
    }

    function prompt(options?: object): Promise<Record<string, unknown>> {
      const text = { type: 'text', text: 'secret' };
      return client.agent.request('session/prompt', { sessionId: 's', prompt: [text] }, options);
    }

    it('gives the complete signals of success, error and unknown methods at each end', async () => {
      await prompt();
      prompted = () => {
        throw new acp.main.RequestError(-32000, 'secret');
      };
      await Promise.allSettled([prompt(), client.agent.request('_no/such', {})]);
      await capture.expectExactly(
        rpcSignalsOf(
          ...atBothEnds(
            ...INITIALIZED,
            { id: '2', method: 'session/prompt' },
            { id: '3', method: 'session/prompt', result: 'error', code: '-32000' },
            { id: '4', original: '_no/such', result: 'error', code: '-32601' },
          ),
        ),
      );
    });

    it('makes one trace of a prompt and of what its agent asks of the client', async () => {
      const seen: (string | undefined)[] = [];
      prompted = async ({ client }) => {
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(activeSpan());
        await client.request('session/request_permission', PERMISSION);
        await client.request('fs/read_text_file', { sessionId: 's', path: '/a' });
        return { stopReason: 'end_turn' };
      };
      permitted = () => {
        seen.push(activeSpan());
        return ALLOWED;
      };
      const user = trace.getTracer('app').startSpan('user');
      await context.with(trace.setSpan(context.active(), user), () => prompt());
      const { spans } = await capture.signals();
      const find = (name: string, kind: string) =>
        spans.find((span) => span.name === name && span.kind === kind);
      const chain = [
        find('session/prompt', 'CLIENT'),
        find('session/prompt', 'SERVER'),
        find('session/request_permission', 'CLIENT'),
        find('session/request_permission', 'SERVER'),
      ];
      expect(chain.map((span) => span?.parentSpanId)).to.deep.equal([
        user.spanContext().spanId,
        ...chain.slice(0, 3).map((span) => span?.spanId),
      ]);
      expect(find('fs/read_text_file', 'CLIENT')?.parentSpanId).to.equal(chain[1]?.spanId);
      expect(seen).to.deep.equal([chain[1]?.spanId, chain[3]?.spanId]);
      await capture.expectExactly(
        rpcSignalsOf(
          ...atBothEnds(
            ...INITIALIZED,
            { id: '2', method: 'session/prompt' },
            { id: '0', method: 'session/request_permission' },
            { id: '1', method: 'fs/read_text_file' },
          ),
        ),
      );
    });

    it('carries the context in a copy of params._meta, beside what is there, and in nothing else', async () => {
      const params = { cwd: '/', mcpServers: [], _meta: { app: 1 } };
      await client.agent.request('session/new', params);
      await client.agent.notify('session/cancel', { sessionId: 's' });
      await cancelled;
      expect(params._meta).to.deep.equal({ app: 1 });
      const [, , asked, notified] = ends.fromClient;
      const call = (await capture.signals()).spans.find(
        ({ kind, attributes }) => kind === 'CLIENT' && attributes['jsonrpc.request.id'] === '2',
      );
      expect(asked).to.deep.equal({
        jsonrpc: '2.0',
        id: 2,
        method: 'session/new',
        params: {
          ...params,
          _meta: { app: 1, traceparent: `00-${call?.traceId}-${call?.spanId}-01` },
        },
      });
      expect(notified).to.deep.equal({
        jsonrpc: '2.0',
        method: 'session/cancel',
        params: { sessionId: 's' },
      });
      expect(JSON.stringify(ends.fromAgent)).not.to.include('traceparent');
    });

    it('changes no message where it is told not to propagate', async () => {
      instrumentation.setConfig({ propagate: false });
      await start();
      expect(ends.fromClient[1]).to.deep.equal({
        jsonrpc: '2.0',
        id: 1,
        method: 'session/new',
        params: { cwd: '/', mcpServers: [] },
      });
      expect((await capture.signals()).spans).to.have.length(8);
    });

    it('ends a prompt that session/cancel cancels with its answer, and the permission that it waits for', async () => {
      let ask = () => {};
      const asking = new Promise<void>((resolve) => {
        ask = resolve;
      });
      permitted = async () => {
        ask();
        await cancelled;
        return { outcome: { outcome: 'cancelled' } };
      };
      prompted = async ({ client }) => {
        await client.request('session/request_permission', PERMISSION);
        return { stopReason: 'cancelled' };
      };
      const answer = prompt();
      await asking;
      await client.agent.notify('session/cancel', { sessionId: 's' });
      expect(await answer).to.include({ stopReason: 'cancelled' });
      await capture.expectExactly(
        withNotification(
          rpcSignalsOf(
            ...atBothEnds(
              ...INITIALIZED,
              { id: '2', method: 'session/prompt', ...CANCELLED },
              { id: '0', method: 'session/request_permission', ...CANCELLED },
            ),
          ),
          'session/cancel',
          'client',
          'server',
        ),
      );
    });

    it('ends a request that $/cancel_request cancels at once, at each end', async () => {
      const controller = new AbortController();
      prompted = ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          controller.abort();
        });
      await prompt({ cancellationSignal: controller.signal }).catch(() => {});
      await capture.expectExactly(
        withNotification(
          rpcSignalsOf(
            ...atBothEnds(...INITIALIZED, { id: '2', method: 'session/prompt', ...CANCELLED }),
          ),
          '$/cancel_request',
          'client',
          'server',
        ),
      );
    });

    it('ends what is open where a connection closes as disconnected, also after it is disabled', async () => {
      const asking = new Promise<void>((resolve) => {
        prompted = () => {
          resolve();
          return new Promise(() => {});
        };
      });
      const answer = prompt().catch(() => {});
      await asking;
      instrumentation.disable();
      client.close();
      await answer;
      agent.close();
      await capture.expectExactly(
        rpcSignalsOf(
          ...atBothEnds(...INITIALIZED, {
            id: '2',
            method: 'session/prompt',
            result: 'disconnected',
            errorType: 'disconnected',
          }),
        ),
      );
    });

    it('handles concurrent requests each in its own context, however their awaits cross', async () => {
      const seen: (string | undefined)[][] = [];
      const gates: (() => void)[] = [];
      prompted = async ({ client }) => {
        const mine = [activeSpan()];
        seen.push(mine);
        await new Promise<void>((resolve) => {
          gates.push(resolve);
          if (gates.length === 3) for (const open of gates.reverse()) open();
        });
        mine.push(activeSpan());
        await client.request('fs/read_text_file', { sessionId: 's', path: '/a' });
        mine.push(activeSpan());
        return { stopReason: 'end_turn' };
      };
      await Promise.all([prompt(), prompt(), prompt()]);
      const { spans } = await capture.signals();
      const served = spans.filter(
        ({ name, kind }) => name === 'session/prompt' && kind === 'SERVER',
      );
      expect(seen).to.have.deep.members(served.map(({ spanId }) => [spanId, spanId, spanId]));
      const reads = spans.filter(
        ({ name, kind }) => name === 'fs/read_text_file' && kind === 'CLIENT',
      );
      expect(reads.map(({ parentSpanId }) => parentSpanId)).to.have.members(
        served.map(({ spanId }) => spanId),
      );
    });

    it('asks the hooks of its config', async () => {
      instrumentation.setConfig({
        ignore: ({ method }) => method === 'initialize',
        requestHook: (span, { method }) => span?.setAttribute('app.method', method),
      });
      await start();
      const { spans } = await capture.signals();
      const hooked = spans.filter(({ attributes }) => 'app.method' in attributes);
      expect(hooked.map(({ name, kind }) => `${kind} ${name}`)).to.have.members([
        'CLIENT session/new',
        'SERVER session/new',
      ]);
      expect(spans).to.have.length(6);
    });

    it('restores the original when it is disabled, and doubles nothing when there are two', async () => {
      const second = new AcpInstrumentation();
      second.instrumentModule(acp.connection);
      await start();
      expect((await capture.signals()).spans).to.have.length(8);
      instrumentation.disable();
      second.disable();
      expect(Reflect.get(prototypeOf(acp.connection), 'initialize')).to.equal(original);
      await start();
      expect((await capture.signals()).spans).to.have.length(8);
    });
  });
}
