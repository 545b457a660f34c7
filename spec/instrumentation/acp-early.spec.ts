import { context, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { AcpInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';
import { type AcpPackage, connectEnds } from './acp-peer.js';
import { rpcSignalsOf } from './rpc-signals.js';

type Params = Readonly<Record<string, unknown>>;
type Answer = Readonly<Record<string, unknown>>;

interface EarlyClient {
  initialize(params: Params): Promise<Answer>;
  newSession(params: Params): Promise<Answer>;
  prompt(params: Params): Promise<Answer>;
}

/** What is used of the classes that `@agentclientprotocol/sdk` had up to 0.26. */
interface EarlyAcp extends AcpPackage {
  readonly AgentSideConnection: new (make: () => object, stream: object) => object;
  readonly ClientSideConnection: new (make: () => object, stream: object) => EarlyClient;
}

function activeSpan(): string | undefined {
  return trace.getSpanContext(context.active())?.spanId;
}

const prompt = (text: string) => ({ sessionId: 's', prompt: [{ type: 'text', text }] });

for (const [version, alias] of [
  ['0.4.5', 'acp-sdk-0.4'],
  ['0.26.0', 'acp-sdk-0.26'],
] as const) {
  describe(`AcpInstrumentation of @agentclientprotocol/sdk ${version}, which keeps its connection to itself`, () => {
    let acp: EarlyAcp;
    let capture: SignalCapture;
    let instrumentations: AcpInstrumentation[];
    let contexts: Record<string, string | undefined>;

    beforeEach(async () => {
      // Module hooks hand out exports that can be replaced, as those of a copy can.
      acp = { ...((await import(alias)) as EarlyAcp) };
      capture = new SignalCapture().register();
      instrumentations = [];
      contexts = {};
    });

    afterEach(async () => {
      for (const instrumentation of instrumentations) instrumentation.disable();
      await capture[Symbol.asyncDispose]();
    });

    function instrument(): AcpInstrumentation {
      const instrumentation = new AcpInstrumentation();
      instrumentations.push(instrumentation);
      instrumentation.instrumentModule(acp);
      return instrumentation;
    }

    function connect() {
      const ends = connectEnds(acp);
      const agent = {
        initialize: () => ({ protocolVersion: 1, agentCapabilities: {} }),
        newSession: () => ({ sessionId: 's' }),
        async prompt({ prompt: [first] }: { prompt: { text: string }[] }) {
          const text = String(first?.text);
          contexts[text] = activeSpan();
          await new Promise(setImmediate);
          contexts[`${text}, later`] = activeSpan();
          return { stopReason: text === 'stop' ? 'cancelled' : 'end_turn' };
        },
      };
      new acp.AgentSideConnection(() => Object.freeze(agent), ends.agent);
      return { ...ends, client: new acp.ClientSideConnection(() => ({}), ends.client) };
    }

    it('gives the complete signals of both ends, each handler in its own context, once by two of them', async () => {
      instrument();
      instrument();
      const { client, fromClient } = connect();
      await client.newSession({ cwd: '/', mcpServers: [] });
      await Promise.all([client.prompt(prompt('go')), client.prompt(prompt('stop'))]);
      const answers = [
        { id: '0', method: 'session/new' },
        { id: '1', method: 'session/prompt' },
        { id: '2', method: 'session/prompt', result: 'cancelled', errorType: 'cancelled' },
      ];
      await capture.expectExactly(
        rpcSignalsOf(
          ...(['client', 'server'] as const).flatMap((end) =>
            answers.map((answer) => ({ ...answer, end })),
          ),
        ),
      );
      const { spans } = await capture.signals();
      const spanOf = (kind: string, id: string) =>
        spans.find((span) => span.kind === kind && span.attributes['jsonrpc.request.id'] === id);
      for (const [text, id] of [
        ['go', '1'],
        ['stop', '2'],
      ] as const) {
        const request = spanOf('SERVER', id);
        expect(request?.parentSpanId).to.equal(spanOf('CLIENT', id)?.spanId);
        expect(contexts[text]).to.equal(request?.spanId);
        expect(contexts[`${text}, later`]).to.equal(request?.spanId);
      }
      expect(fromClient.map(({ params }) => Object.keys(params as object).at(-1))).to.deep.equal([
        '_meta',
        '_meta',
        '_meta',
      ]);
    });

    it('restores the classes when it is disabled', async () => {
      const { AgentSideConnection, ClientSideConnection } = acp;
      const instrumentation = instrument();
      expect(acp.AgentSideConnection).not.to.equal(AgentSideConnection);
      instrumentation.disable();
      expect(acp).to.include({ AgentSideConnection, ClientSideConnection });
      const { client, fromClient } = connect();
      await client.newSession({ cwd: '/', mcpServers: [] });
      expect(fromClient).to.have.length(1);
      expect(fromClient[0]?.params).not.to.have.property('_meta');
      await capture.expectExactly({ spans: [], events: [], metrics: {} });
    });
  });
}
