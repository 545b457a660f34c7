import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { context, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { ChildProcessInstrumentation, JsonRpcInstrumentation } from 'otel-exec/instrumentation';
import { type CapturedSpan, type ExpectedMembers, SignalCapture } from 'otel-exec/testing';
import {
  type CancellationToken,
  held,
  loadJsonRpc,
  type MessageConnection,
  Peer,
} from './json-rpc-peer.js';
import { overSockets, withNotification } from './rpc-signals.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

function call(id: unknown, method: string, params?: unknown) {
  return { jsonrpc: '2.0', id, method, ...(params !== undefined && { params }) };
}

function activeSpan(): string | undefined {
  return trace.getSpanContext(context.active())?.spanId;
}

interface Ending {
  readonly id: string;
  readonly method?: string;
  readonly original?: string;
  readonly result?: string;
  readonly errorType?: string;
  readonly code?: string;
}

/** The complete signals of some requests. */
function signalsOf(...endings: readonly Ending[]) {
  const methodOf = ({ method = '_OTHER' }: Ending) => method;
  const failure = ({ code, errorType = code }: Ending) => ({
    ...(code !== undefined && { 'rpc.response.status_code': code }),
    ...(errorType !== undefined && { 'error.type': errorType }),
  });
  const points = new Map<string, { value: number; attributes: Record<string, string> }>();
  for (const ending of endings) {
    const attributes = {
      'rpc.system.name': 'jsonrpc',
      'rpc.method': methodOf(ending),
      ...withStatus(failure(ending)),
    };
    const key = JSON.stringify(attributes);
    points.set(key, { attributes, value: (points.get(key)?.value ?? 0) + 1 });
  }
  return {
    spans: endings.map((ending) => ({
      name: ending.method ?? 'jsonrpc',
      kind: 'SERVER',
      status: ending.result === undefined ? 'UNSET' : 'ERROR',
      attributes: {
        'rpc.system.name': 'jsonrpc',
        'rpc.method': methodOf(ending),
        'jsonrpc.request.id': ending.id,
        ...(ending.original !== undefined && { 'rpc.method_original': ending.original }),
        ...withStatus(failure(ending)),
      },
    })) satisfies ExpectedMembers<CapturedSpan>[],
    events: endings.map((ending) => ({
      name: 'rpc.server.request',
      target: 'otel-exec',
      severity: 'INFO',
      body: 'request completed',
      attributes: {
        request_id: ending.id,
        method: methodOf(ending),
        result: ending.result ?? 'success',
        duration_ms: Number.isInteger,
        traceparent: /^00-[\da-f]{32}-[\da-f]{16}-01$/,
        ...(failure(ending)['error.type'] && { 'error.type': failure(ending)['error.type'] }),
        ...(ending.original !== undefined && { method_original: ending.original }),
      },
    })),
    metrics: { 'rpc.server.call.duration': [...points.values()] },
  };
}

function withStatus(attributes: Record<string, string>): Record<string, string> {
  const { 'rpc.response.status_code': code, ...rest } = attributes;
  return code === undefined ? rest : { ...rest, 'rpc.status_code': code };
}

for (const [version, alias] of [
  ['6.0.0, the oldest supported version', 'vscode-jsonrpc-6'],
  ['10.0.0, the newest supported version', 'vscode-jsonrpc/node'],
] as const) {
  describe(`JsonRpcInstrumentation of vscode-jsonrpc ${version}`, () => {
    const { main, connection: module } = loadJsonRpc(alias);
    const original = Reflect.get(module, 'createMessageConnection');
    let capture: SignalCapture;
    let instrumentation: JsonRpcInstrumentation;
    let peer: Peer;

    beforeEach(async () => {
      capture = new SignalCapture().register();
      instrumentation = new JsonRpcInstrumentation();
      instrumentation.instrumentModule(module);
      peer = await Peer.open();
    });

    afterEach(async () => {
      await peer[Symbol.asyncDispose]();
      instrumentation.disable();
      await capture[Symbol.asyncDispose]();
    });

    function serve(options?: unknown): MessageConnection {
      const { StreamMessageReader, StreamMessageWriter } = main;
      const connection = main.createMessageConnection(
        new StreamMessageReader(peer.far),
        new StreamMessageWriter(peer.far),
        undefined,
        options,
      );
      connection.onRequest('echo', (params: unknown) => params);
      connection.onRequest('fail', () => {
        throw new main.ResponseError(-32001, 'secret');
      });
      connection.onRequest('hold', (token: CancellationToken) => held(token, main));
      connection.listen();
      return connection;
    }

    it('gives the complete signals of success, error and unknown methods', async () => {
      serve();
      peer.send(call(1, 'echo', { x: 1 }), call('two', 'fail'), call(3, 'no/such'));
      expect(await peer.answerTo(1)).to.deep.include({ result: { x: 1 } });
      await Promise.all([peer.answerTo('two'), peer.answerTo(3)]);
      await capture.expectExactly(
        overSockets(
          signalsOf(
            { id: '1', method: 'echo' },
            { id: 'two', method: 'fail', result: 'error', code: '-32001' },
            { id: '3', original: 'no/such', result: 'error', code: '-32601' },
          ),
        ),
      );
    });

    it('ends a request that the peer cancels, and one that a close leaves, as that', async () => {
      const connection = serve();
      peer.send(call(1, 'hold'));
      peer.send({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 1 } });
      await peer.answerTo(1);
      const handled = handling(connection, 'wait');
      peer.send(call(2, 'wait'));
      await handled;
      const closed = new Promise<void>((resolve) => connection.onClose(resolve));
      await peer.close();
      await closed;
      await capture.expectExactly(
        withNotification(
          overSockets(
            signalsOf(
              { id: '1', original: 'hold', result: 'cancelled', errorType: 'cancelled' },
              { id: '2', original: 'wait', result: 'disconnected', errorType: 'disconnected' },
            ),
          ),
          '$/cancelRequest',
          'server',
        ),
      );
    });

    it('ends what is open where the connection is disposed of', async () => {
      const connection = serve();
      const handled = handling(connection, 'wait');
      peer.send(call(1, 'wait'));
      await handled;
      connection.dispose();
      await capture.expectExactly(
        overSockets(
          signalsOf({
            id: '1',
            original: 'wait',
            result: 'disconnected',
            errorType: 'disconnected',
          }),
        ),
      );
    });

    it('handles each request in its own context, however its awaits cross with others', async () => {
      const connection = serve();
      const seen = new Map<number, (string | undefined)[]>();
      const gates: (() => void)[] = [];
      connection.onRequest('cross', async (params: { id: number }) => {
        const mine = [activeSpan()];
        seen.set(params.id, mine);
        await new Promise<void>((resolve) => gates.push(resolve));
        mine.push(activeSpan());
        await new Promise((resolve) => setImmediate(resolve));
        mine.push(activeSpan());
        if (gates.length === 4) for (const open of gates.reverse()) open();
        return null;
      });
      connection.onNotification('open', () => gates[3]?.());
      const ids = [1, 2, 3, 4];
      peer.send(...ids.map((id) => call(id, 'cross', { id })));
      peer.send({ jsonrpc: '2.0', method: 'open' });
      await Promise.all(ids.map((id) => peer.answerTo(id)));
      const { spans } = await capture.signals();
      expect(spans).to.have.length(4);
      for (const { spanId, attributes, parentSpanId } of spans) {
        expect(seen.get(Number(attributes['jsonrpc.request.id']))).to.deep.equal([
          spanId,
          spanId,
          spanId,
        ]);
        expect(parentSpanId).to.equal(undefined);
      }
    });

    it('leaks no context of a request into notifications or requests behind it', async () => {
      const connection = serve();
      const contexts: unknown[] = [];
      connection.onNotification('note', () => contexts.push(activeSpan()));
      peer.send(
        call(1, 'echo', {}),
        { jsonrpc: '2.0', method: 'note' },
        { jsonrpc: '2.0', method: 'note' },
        call(2, 'no/such'),
        { jsonrpc: '2.0', method: 'note' },
        call(3, 'echo', {}),
      );
      await peer.answerTo(3);
      expect(contexts).to.deep.equal([undefined, undefined, undefined]);
      expect((await capture.signals()).spans.map((s) => s.parentSpanId)).to.deep.equal([
        undefined,
        undefined,
        undefined,
      ]);
    });

    it('makes a process that a handler starts the child of its request', async () => {
      const processes = new ChildProcessInstrumentation();
      const connection = serve();
      connection.onRequest('run', async () => {
        await new Promise((resolve) => setImmediate(resolve));
        const child = spawn(process.execPath, ['-e', '']);
        await once(child, 'exit');
        return null;
      });
      peer.send(call(1, 'run'), call(2, 'echo', {}));
      await Promise.all([peer.answerTo(1), peer.answerTo(2)]);
      processes.disable();
      const { spans } = await capture.signals();
      const request = spans.find(({ name }) => name === 'run');
      const started = spans.find(({ name }) => name === 'node');
      expect(spans).to.have.length(3);
      expect(started?.parentSpanId).to.equal(request?.spanId);
    });

    it('continues the trace that a message carries', async () => {
      serve();
      const traceparent = `00-${TRACE}-${PARENT}-01`;
      const params = { _meta: { traceparent } };
      peer.send(call(1, 'echo', params));
      await peer.answerTo(1);
      const [span] = (await capture.signals()).spans;
      expect(span).to.include({ traceId: TRACE, parentSpanId: PARENT });
    });

    it('survives a peer that reuses ids, answers what nobody asked, twice, and never closes', async () => {
      const connection = serve();
      const calls: (() => void)[] = [];
      connection.onRequest('slow', () => new Promise<null>((done) => calls.push(() => done(null))));
      peer.send(call(1, 'slow'));
      peer.send({ jsonrpc: '2.0', id: 99, result: 1 }, { jsonrpc: '2.0', id: 99, result: 1 });
      peer.send({ jsonrpc: '2.0', id: null, method: 'slow' }, 'text', null, 7, []);
      peer.send(call('', 'echo', {}));
      await peer.answerTo('');
      peer.send(call(1, 'slow'));
      peer.send(call('last', 'echo', {}));
      await peer.answerTo('last');
      for (const done of calls) done();
      await peer.answerTo(1);
      await peer.answerTo(1);
      await peer.close();
      connection.dispose();
      const { events, spans } = await capture.signals();
      expect(
        events.map((e) => [e.attributes.request_id, e.attributes.result]),
      ).to.have.deep.members([
        ['1', 'success'],
        ['1', 'success'],
        ['', 'success'],
        ['last', 'success'],
        ['null', 'disconnected'],
      ]);
      expect(spans).to.have.length(5);
    });

    it('asks the hooks of its config, and survives them throwing', async () => {
      instrumentation.setConfig({
        ignore: ({ method }) => {
          if (method === 'fail') throw new Error('odd');
          return method === 'no/such';
        },
        requestHook: (span, { method }) => {
          span?.setAttribute('app.method', method);
          throw new Error('odd');
        },
      });
      serve();
      peer.send(call(1, 'echo', {}), call(2, 'no/such'), call(3, 'fail'));
      await Promise.all([peer.answerTo(1), peer.answerTo(2), peer.answerTo(3)]);
      const { spans } = await capture.signals();
      expect(spans.map(({ attributes }) => attributes['app.method'])).to.have.members([
        'echo',
        'fail',
      ]);
    });

    it('keeps the strategies that the program brings', async () => {
      const asked: string[] = [];
      const messageStrategy = {
        handleMessage(message: { method?: string }, next: (message: unknown) => unknown) {
          asked.push(`${message.method} in ${activeSpan() === undefined ? 'none' : 'its own'}`);
          return next(message);
        },
      };
      const connectionStrategy = { cancelUndispatched: () => undefined };
      serve({ messageStrategy, connectionStrategy });
      peer.send(call(1, 'echo', {}));
      await peer.answerTo(1);
      expect(asked).to.deep.equal(alias === 'vscode-jsonrpc-6' ? [] : ['echo in its own']);
      expect((await capture.signals()).spans).to.have.length(1);
    });

    it('restores every original when it is disabled, and doubles nothing when there are two', async () => {
      const wrapped = Reflect.get(module, 'createMessageConnection');
      instrumentation.enable();
      expect(Reflect.get(module, 'createMessageConnection')).to.equal(wrapped);
      const second = new JsonRpcInstrumentation();
      second.instrumentModule(module);
      const connection = serve();
      peer.send(call(1, 'echo', {}));
      await peer.answerTo(1);
      expect((await capture.signals()).spans).to.have.length(1);
      const handled = handling(connection, 'wait');
      peer.send(call(2, 'wait'));
      await handled;
      instrumentation.disable();
      second.disable();
      expect(Reflect.get(module, 'createMessageConnection')).to.equal(original);
      peer.send(call(3, 'echo', {}));
      await peer.answerTo(3);
      connection.dispose();
      expect((await capture.signals()).events.map((e) => e.attributes.request_id)).to.deep.equal([
        '1',
        '2',
      ]);
    });
  });
}

/** Answers a method never; resolves when it is called. */
function handling(connection: MessageConnection, method: string): Promise<void> {
  return new Promise((resolve) => {
    connection.onRequest(method, () => {
      resolve();
      return new Promise(() => {});
    });
  });
}
