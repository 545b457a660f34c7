import { context, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { JsonRpcInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';
import {
  type CancellationToken,
  held,
  loadJsonRpc,
  type MessageConnection,
  Peer,
} from './json-rpc-peer.js';
import { overSockets, rpcSignalsOf, withNotification } from './rpc-signals.js';

function activeSpan(): string | undefined {
  return trace.getSpanContext(context.active())?.spanId;
}

for (const [version, alias] of [
  ['6.0.0', 'vscode-jsonrpc-6'],
  ['10.0.0', 'vscode-jsonrpc/node'],
] as const) {
  describe(`JsonRpcInstrumentation of both ends of vscode-jsonrpc ${version}`, () => {
    const { main, connection: module } = loadJsonRpc(alias);
    let capture: SignalCapture;
    let instrumentation: JsonRpcInstrumentation;
    let peer: Peer;
    let opened: MessageConnection[];

    beforeEach(async () => {
      capture = new SignalCapture().register();
      instrumentation = new JsonRpcInstrumentation();
      instrumentation.instrumentModule(module);
      peer = await Peer.open();
      opened = [];
    });

    afterEach(async () => {
      for (const connection of opened) connection.dispose();
      await peer[Symbol.asyncDispose]();
      instrumentation.disable();
      await capture[Symbol.asyncDispose]();
    });

    function connect(stream: unknown): MessageConnection {
      const { StreamMessageReader, StreamMessageWriter } = main;
      const connection = main.createMessageConnection(
        new StreamMessageReader(stream),
        new StreamMessageWriter(stream),
      );
      opened.push(connection);
      return connection;
    }

    /** A client, whose server answers `echo`, `fail` and `hold`. */
    function connectBoth(): { client: MessageConnection; server: MessageConnection } {
      const server = connect(peer.far);
      server.onRequest('echo', (params: unknown) => params);
      server.onRequest('fail', () => {
        throw new main.ResponseError(-32001, 'secret');
      });
      server.onRequest('hold', (_: unknown, token: CancellationToken) => held(token, main));
      const client = connect(peer.near);
      return { client, server };
    }

    function listen(...connections: MessageConnection[]): void {
      for (const connection of connections) connection.listen();
    }

    it('gives the complete signals of success, error and unknown methods at each end', async () => {
      const { client, server } = connectBoth();
      listen(client, server);
      expect(await client.sendRequest('echo', { x: 1 })).to.deep.equal({ x: 1 });
      const [failed, unknown] = await Promise.allSettled([
        client.sendRequest('fail'),
        client.sendRequest('no/such'),
      ]);
      expect([failed.status, unknown.status]).to.deep.equal(['rejected', 'rejected']);
      const endings = [
        { id: '0', method: 'echo' },
        { id: '1', method: 'fail', result: 'error', code: '-32001' },
        { id: '2', original: 'no/such', result: 'error', code: '-32601' },
      ];
      await capture.expectExactly(
        overSockets(
          rpcSignalsOf(
            ...endings.map((ending) => ({ ...ending, end: 'client' as const })),
            ...endings.map((ending) => ({ ...ending, end: 'server' as const })),
          ),
        ),
      );
    });

    it('makes a call the child of what asks, and sends nothing of it', async () => {
      const client = connect(peer.far);
      listen(client);
      const span = trace.getTracer('app').startSpan('edit');
      const asked = context.with(trace.setSpan(context.active(), span), () =>
        client.sendRequest('echo', { x: 1 }),
      );
      span.end();
      const sent = await peer.take();
      expect(sent).to.deep.equal({ jsonrpc: '2.0', id: 0, method: 'echo', params: { x: 1 } });
      peer.send({ jsonrpc: '2.0', id: 0, result: 5 });
      expect(await asked).to.equal(5);
      const { spans } = await capture.signals();
      expect(spans.find(({ name }) => name === 'echo')).to.include({
        kind: 'CLIENT',
        traceId: span.spanContext().traceId,
        parentSpanId: span.spanContext().spanId,
      });
    });

    it('makes what a server asks of its client a part of the request that it serves', async () => {
      const { client, server } = connectBoth();
      const seen: (string | undefined)[] = [];
      server.onRequest('hover', async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return server.sendRequest('workspace/configuration', {});
      });
      client.onRequest('workspace/configuration', () => {
        seen.push(activeSpan());
        return [1];
      });
      listen(client, server);
      expect(await client.sendRequest('hover', {})).to.deep.equal([1]);
      await capture.expectExactly(
        overSockets(
          rpcSignalsOf(
            { end: 'server', id: '0', method: 'workspace/configuration' },
            { end: 'client', id: '0', method: 'workspace/configuration' },
            { end: 'server', id: '0', method: 'hover' },
            { end: 'client', id: '0', method: 'hover' },
          ),
        ),
      );
      const { spans } = await capture.signals();
      const find = (name: string, kind: string) =>
        spans.find((span) => span.name === name && span.kind === kind);
      const served = find('workspace/configuration', 'SERVER');
      expect(find('workspace/configuration', 'CLIENT')?.parentSpanId).to.equal(
        find('hover', 'SERVER')?.spanId,
      );
      expect(served?.parentSpanId).to.equal(undefined);
      expect(seen).to.deep.equal([served?.spanId]);
    });

    it('keeps concurrent calls of both directions apart, whatever order they are answered in', async () => {
      const { client, server } = connectBoth();
      const gates: (() => void)[] = [];
      const served = new Promise<void>((resolve) => {
        const wait = (answer: (index: number) => unknown) => (index: number) =>
          new Promise<unknown>((settle) => {
            gates.push(() => settle(answer(index)));
            if (gates.length === 6) resolve();
          });
        server.onRequest(
          'ask',
          wait((index) => index),
        );
        client.onRequest(
          'tell',
          wait((index) => new main.ResponseError(index, 'secret')),
        );
      });
      listen(client, server);
      const answers = Promise.all(
        [1, 2, 3].flatMap((index) => [
          client.sendRequest('ask', index),
          server.sendRequest('tell', index).catch(({ code }) => -code),
        ]),
      );
      await served;
      for (const open of gates.reverse()) open();
      expect(await answers).to.deep.equal([1, -1, 2, -2, 3, -3]);
      const six = ['0', '1', '2'].flatMap((id) => [
        { id, method: 'ask' },
        { id, method: 'tell', result: 'error', code: String(Number(id) + 1) },
      ]);
      await capture.expectExactly(
        overSockets(
          rpcSignalsOf(
            ...six.map((ending) => ({ ...ending, end: 'client' as const })),
            ...six.map((ending) => ({ ...ending, end: 'server' as const })),
          ),
        ),
      );
    });

    it('handles a request in its own context, also where a call with its id goes out before', async () => {
      const server = connect(peer.far);
      const seen: (string | undefined)[] = [];
      server.onNotification('go', () => void server.sendRequest('client/thing'));
      server.onRequest('echo', () => {
        seen.push(activeSpan());
        return null;
      });
      listen(server);
      peer.send({ jsonrpc: '2.0', method: 'go' }, { jsonrpc: '2.0', id: 0, method: 'echo' });
      await peer.answerTo(0);
      const asked = await peer.take((message) => message.method === 'client/thing');
      expect(asked.id).to.equal(0);
      peer.send({ jsonrpc: '2.0', id: 0, result: null });
      peer.send({ jsonrpc: '2.0', id: 1, method: 'echo' });
      await peer.answerTo(1);
      const { spans } = await capture.signals();
      const requests = spans.filter(({ kind }) => kind === 'SERVER').map(({ spanId }) => spanId);
      expect(seen).to.deep.equal(requests);
      expect(spans.map(({ name, kind }) => `${kind} ${name}`)).to.have.members([
        'SERVER echo',
        'SERVER echo',
        'CLIENT client/thing',
      ]);
    });

    it('ends a call that is cancelled at once, and its request at the other end', async () => {
      const { client, server } = connectBoth();
      listen(client, server);
      const source = new main.CancellationTokenSource();
      const asked = client.sendRequest('hold', {}, source.token).catch(({ code }) => code);
      source.cancel();
      expect(await asked).to.equal(-32800);
      await capture.expectExactly(
        withNotification(
          overSockets(
            rpcSignalsOf(
              ...(['client', 'server'] as const).map((end) => ({
                end,
                id: '0',
                original: 'hold',
                result: 'cancelled',
                errorType: 'cancelled',
              })),
            ),
          ),
          '$/cancelRequest',
          'client',
          'server',
        ),
      );
    });

    for (const [by, leave] of [
      ['the peer closes', () => peer.close()],
      ['it is disposed of', () => Promise.resolve(opened[0]?.dispose())],
    ] as const) {
      it(`ends the calls that are open as disconnected where ${by}`, async () => {
        const client = connect(peer.far);
        listen(client);
        const closed = new Promise<void>((resolve) => {
          client.onClose(resolve);
          client.onDispose(resolve);
        });
        client.sendRequest('echo').catch(() => {});
        await peer.take();
        await leave();
        await closed;
        await capture.expectExactly(
          overSockets(
            rpcSignalsOf({
              end: 'client',
              id: '0',
              original: 'echo',
              result: 'disconnected',
              errorType: 'disconnected',
            }),
          ),
        );
      });
    }

    it('leaves out what the config ignores, at either end', async () => {
      instrumentation.setConfig({ ignore: ({ method }) => method === 'echo' });
      const { client, server } = connectBoth();
      listen(client, server);
      await client.sendRequest('echo', 1);
      await capture.expectExactly({ spans: [], events: [], metrics: {} });
    });
  });
}
