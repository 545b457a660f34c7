import { setImmediate } from 'node:timers/promises';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import fc from 'fast-check';
import { ExecTelemetry, type Request, RpcTap } from 'otel-exec';
import { type CapturedSignals, SignalCapture } from 'otel-exec/testing';

function call(id: unknown, method = 'exec') {
  return { jsonrpc: '2.0', id, method };
}

function answer(id: unknown, more: object = { result: 1 }) {
  return { jsonrpc: '2.0', id, ...more };
}

function resultsById({ events }: CapturedSignals) {
  return events.map(({ attributes }) => [attributes.request_id, attributes.result]);
}

function activeRequests({ metrics }: CapturedSignals) {
  return metrics['exec_server.requests.active']?.map(({ value }) => value);
}

describe('a tap on a JSON-RPC stream', () => {
  it('begins with a request and ends with the response of its id, on all three signals', async () => {
    await using capture = new SignalCapture();
    const tap = new RpcTap(new ExecTelemetry(capture.providers), { transport: 'stdio' });
    tap.received(call('a'));
    tap.received({ jsonrpc: '2.0', method: 'a notification' });
    tap.sent(answer('a'));
    tap.close();
    await capture.expectExactly({
      spans: [
        {
          name: 'exec',
          kind: 'SERVER',
          status: 'UNSET',
          attributes: {
            'rpc.system.name': 'jsonrpc',
            'rpc.method': 'exec',
            'jsonrpc.request.id': 'a',
          },
        },
      ],
      events: [
        {
          name: 'codex.exec_server_request',
          attributes: {
            request_id: 'a',
            method: 'exec',
            result: 'success',
            duration_ms: Number.isInteger,
            traceparent: /^00-/,
          },
        },
      ],
      metrics: {
        'exec_server.connections': [{ value: 1, attributes: { transport: 'stdio' } }],
        'exec_server.connections.active': [{ value: 0, attributes: { transport: 'stdio' } }],
        'exec_server.notifications': [{ value: 1, attributes: { method: 'unknown' } }],
        'exec_server.requests': [{ value: 1, attributes: { method: 'exec', result: 'success' } }],
        'exec_server.requests.active': [{ value: 0, attributes: {} }],
        'exec_server.request.duration': [
          { value: 1, attributes: { method: 'exec', result: 'success' } },
        ],
      },
    });
  });

  it('begins a call with a request that goes out, and never mixes the ids of the two directions', async () => {
    await using capture = new SignalCapture();
    const tap = new RpcTap(new ExecTelemetry(capture.providers), { transport: 'stdio' });
    tap.received(call('a', 'asked of us'));
    tap.sent(call('a', 'asked by us'));
    tap.sent(call('b', 'refused'));
    tap.received(answer('a'));
    tap.received(answer('b', { error: { code: -32601 } }));
    tap.sent(answer('a', { error: { code: -1 } }));
    tap.sent(call('c', 'left open'));
    tap.close();
    const signals = await capture.signals();
    expect(
      signals.spans.map(({ name, kind, attributes }) => [name, kind, attributes['error.type']]),
    ).to.deep.equal([
      ['asked by us', 'CLIENT', undefined],
      ['jsonrpc', 'CLIENT', '-32601'],
      ['asked of us', 'SERVER', '-1'],
      ['jsonrpc', 'CLIENT', 'disconnected'],
    ]);
    expect(signals.events.map(({ name }) => name)).to.deep.equal([
      'rpc.client.request',
      'rpc.client.request',
      'codex.exec_server_request',
      'rpc.client.request',
    ]);
    const points = signals.metrics['rpc.client.call.duration'] ?? [];
    expect(points.reduce((sum, { value }) => sum + value, 0)).to.equal(3);
  });

  it('ends a call that we gave up on as cancelled or timed out, whatever is answered later', async () => {
    await using capture = new SignalCapture();
    const tap = new RpcTap(new ExecTelemetry(capture.providers));
    for (const id of [1, 2, 3, 4]) tap.sent(call(id));
    tap.sent({ method: '$/cancelRequest', params: { id: 1 } });
    tap.sent({ method: 'notifications/cancelled', params: { requestId: 2 } });
    tap.gaveUp(3, { result: 'timeout' });
    tap.sent({ method: '$/cancel_request', params: { requestId: 4 } });
    for (const id of [1, 2, 3, 4]) tap.received(answer(id));
    expect(resultsById(await capture.signals())).to.deep.equal([
      ['1', 'cancelled'],
      ['2', 'cancelled'],
      ['3', 'timeout'],
      ['4', 'cancelled'],
    ]);
  });

  it('sends a copy that carries the context of the call, where it is told to', async () => {
    await using capture = new SignalCapture().register();
    const telemetry = new ExecTelemetry(capture.providers);
    const plain = new RpcTap(telemetry);
    const message = { ...call(1), params: { name: 'x', _meta: { progressToken: 7 } } };
    expect(plain.sent(message)).to.equal(message);
    const tap = new RpcTap(telemetry, { carrier: 'meta' });
    const carrying = tap.sent(message);
    const spanId = trace.getSpanContext(tap.call(1)?.context ?? ROOT_CONTEXT)?.spanId;
    expect(message.params._meta).to.deep.equal({ progressToken: 7 });
    expect(carrying.params._meta).to.have.keys('progressToken', 'traceparent');
    expect(JSON.stringify(carrying)).to.include(String(spanId));
    expect(tap.sent(answer(1))).to.deep.equal(answer(1));
    const own = { ...call(2), params: { _meta: { traceparent: 'the caller’s own' } } };
    expect(tap.sent(own)).to.equal(own);
    const batch = [call(3), answer(9)];
    expect(tap.sent(batch)).to.have.length(2).and.not.equal(batch);
    const answers = [answer(1), answer(2)];
    expect(tap.sent(answers)).to.equal(answers);
    const notification = { jsonrpc: '2.0', method: 'notifications/progress', params: {} };
    expect(tap.sent(notification)).to.equal(notification);
  });

  it('runs a handler in its own request, for a library that reads the stream itself', async () => {
    await using capture = new SignalCapture().register();
    const tap = new RpcTap(new ExecTelemetry(capture.providers));
    const inside: (string | undefined)[] = [];
    const handle = tap.inRequest('exec', async function (this: unknown, value: number) {
      await setImmediate();
      inside.push(trace.getActiveSpan()?.spanContext().spanId);
      return [this, value];
    });
    const given = tap.received(call(1)) as Request;
    const cancelled = tap.received(call(2)) as Request;
    tap.received(call('other', 'another'));
    const third = tap.received(call(3)) as Request;
    tap.cancelled(2);
    const receiver = {};
    expect(await handle.call(receiver, 5)).to.deep.equal([receiver, 5]);
    await handle(6);
    await handle(7);
    const idOf = ({ context }: Request) => trace.getSpanContext(context)?.spanId;
    expect(cancelled.settled).to.equal(true);
    expect(inside).to.deep.equal([idOf(given), idOf(third), undefined]);
  });

  it('counts no connection where no transport is named, and still ends what is open', async () => {
    await using capture = new SignalCapture();
    const tap = new RpcTap(new ExecTelemetry(capture.providers));
    tap.received(call(1));
    const before = activeRequests(await capture.signals());
    tap.close();
    tap.received(call(2));
    const signals = await capture.signals();
    expect(before).to.deep.equal([1]);
    expect(activeRequests(signals)).to.deep.equal([0]);
    expect(signals.metrics['exec_server.connections'] ?? []).to.deep.equal([]);
    expect(resultsById(signals)).to.deep.equal([
      ['1', 'disconnected'],
      ['2', 'disconnected'],
    ]);
  });

  it('takes the entries of a batch one by one, in and out', async () => {
    await using capture = new SignalCapture();
    const tap = new RpcTap(new ExecTelemetry(capture.providers));
    expect(tap.received([call(1), { method: 'note' }, call(2), 7])).to.equal(undefined);
    tap.sent([answer(2, { error: { code: -32000 } }), answer(1)]);
    expect(resultsById(await capture.signals())).to.deep.equal([
      ['2', 'error'],
      ['1', 'success'],
    ]);
  });

  it('ends requests that share an id in their order, and ignores what nobody asked', async () => {
    await using capture = new SignalCapture();
    const tap = new RpcTap(new ExecTelemetry(capture.providers));
    tap.sent(answer(1));
    tap.received(call(1, 'first'));
    tap.received(call(1, 'second'));
    tap.received(call('1', 'text'));
    tap.sent(answer(1));
    tap.sent(answer(1, { error: { code: -32601 } }));
    tap.sent(answer(1));
    const { events } = await capture.signals();
    expect(events.map(({ attributes }) => [attributes.method, attributes.result])).to.deep.equal([
      ['first', 'success'],
      ['unknown', 'error'],
    ]);
    tap.close();
    expect((await capture.signals()).events).to.have.length(3);
  });

  it('matches a null id, and an id of no legal type, with a null answer', async () => {
    await using capture = new SignalCapture();
    const tap = new RpcTap(new ExecTelemetry(capture.providers));
    tap.received(call(null));
    tap.received(call({ odd: true }));
    tap.sent(answer(null));
    tap.sent(answer(null));
    expect((await capture.signals()).events.map((e) => e.attributes.result)).to.deep.equal([
      'success',
      'success',
    ]);
  });

  it('ends a cancelled request at its cancellation, whatever is answered later', async () => {
    await using capture = new SignalCapture();
    const tap = new RpcTap(new ExecTelemetry(capture.providers));
    tap.received(call(1));
    tap.received(call(2));
    tap.received(call(3));
    tap.received({ method: '$/cancelRequest', params: { id: 1 } });
    tap.received({ method: '$/cancelRequest', params: { id: 'never' } });
    tap.received({ method: '$/cancelRequest' });
    tap.received({ method: 'notifications/cancelled', params: { requestId: 2 } });
    tap.received({ method: '$/cancel_request', params: { requestId: 3 } });
    tap.sent(answer(1));
    const signals = await capture.signals();
    expect(resultsById(signals)).to.deep.equal([
      ['1', 'cancelled'],
      ['2', 'cancelled'],
      ['3', 'cancelled'],
    ]);
    expect(signals.spans.map(({ status }) => status)).to.deep.equal(['ERROR', 'ERROR', 'ERROR']);
  });

  it('gives every request exactly one span, record and event, in any stream', async () => {
    const id = fc.oneof(fc.nat(3), fc.constantFrom('1', 'a', null, undefined, true, {}));
    const method = fc.constantFrom('exec', 'read', '$/cancelRequest', '__proto__', '', 5);
    const params = fc.oneof(
      fc.record({ id, requestId: id }, { requiredKeys: [] }),
      fc.constantFrom(null, undefined, 'text', [1]),
    );
    const error = fc.oneof(fc.constant(null), fc.record({ code: fc.anything() }), fc.anything());
    const message = fc.oneof(
      fc.record({ id, method, params }, { requiredKeys: [] }),
      fc.record({ id, result: fc.anything(), error }, { requiredKeys: ['id'] }),
      fc.anything(),
    );
    const entry = fc.oneof({ weight: 8, arbitrary: message }, fc.array(message, { maxLength: 3 }));
    const step = fc.record({ way: fc.constantFrom('received', 'sent'), entry });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.boolean(), async (steps, counted) => {
        await using capture = new SignalCapture();
        const telemetry = new ExecTelemetry(capture.providers);
        const begun: Request[] = [];
        const counting = {
          request: (...args: Parameters<typeof telemetry.request>) => {
            const request = telemetry.request(...args);
            begun.push(request);
            return request;
          },
          connection: telemetry.connection.bind(telemetry),
        };
        const tap = new RpcTap(counting, counted ? { transport: 'stdio' } : {});
        for (const { way, entry } of steps) tap[way as 'received' | 'sent'](entry);
        tap.close();
        const { spans, events, metrics } = await capture.signals();
        const records = metrics['exec_server.request.duration'] ?? [];
        expect(begun.every(({ settled }) => settled)).to.equal(true);
        expect(spans).to.have.length(begun.length);
        expect(events).to.have.length(begun.length);
        expect(records.reduce((sum, { value }) => sum + value, 0)).to.equal(begun.length);
        expect(activeRequests({ spans, events, metrics })?.every((n) => n === 0)).to.not.equal(
          false,
        );
      }),
      { numRuns: 150 },
    );
  });

  it('throws nothing where its facts, its end or a message throws', async () => {
    await using capture = new SignalCapture();
    const fail = () => {
      throw new Error('odd');
    };
    const telemetry = new ExecTelemetry(capture.providers);
    const odd = new RpcTap(telemetry, { facts: fail });
    odd.received(call(1));
    odd.sent(answer(1));
    const tap = new RpcTap(telemetry, { outcome: fail });
    tap.received(call(2));
    tap.sent(answer(2));
    tap.received(Object.defineProperty({ id: 3 }, 'method', { get: fail }));
    tap.close();
    expect(resultsById(await capture.signals())).to.deep.equal([
      ['1', 'success'],
      ['2', 'success'],
    ]);
  });
});
