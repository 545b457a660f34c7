import { trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { ExecTelemetry, RpcTap } from 'otel-exec';
import {
  execServerRequest,
  jsonRpcClient,
  jsonRpcServer,
  LSP_METHODS,
  mcpClient,
  mcpServer,
} from 'otel-exec/conventions';
import { SignalCapture } from 'otel-exec/testing';

const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' };
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

function mcpTap(capture: SignalCapture, options = {}): RpcTap {
  const conventions = { request: mcpServer(), call: mcpClient() };
  return new RpcTap(new ExecTelemetry({ ...capture.providers, conventions }), options);
}

describe('a notification', () => {
  it('is counted by its name where the convention has no more to say of it', async () => {
    await using capture = new SignalCapture();
    const conventions = {
      request: jsonRpcServer({ methods: LSP_METHODS }),
      call: jsonRpcClient(),
    };
    const tap = new RpcTap(new ExecTelemetry({ ...capture.providers, conventions }));
    for (const method of ['textDocument/didOpen', 'textDocument/didOpen', 'made/up']) {
      expect(tap.received({ jsonrpc: '2.0', method })).to.equal(undefined);
    }
    const sent = { jsonrpc: '2.0', method: 'own/notification' };
    expect(tap.sent(sent)).to.equal(sent);
    const system = { 'rpc.system.name': 'jsonrpc' };
    await capture.expectExactly({
      spans: [],
      events: [],
      metrics: {
        'jsonrpc.server.notifications': [
          { attributes: { ...system, 'rpc.method': 'textDocument/didOpen' }, value: 2 },
          { attributes: { ...system, 'rpc.method': '_OTHER' }, value: 1 },
        ],
        'jsonrpc.client.notifications': [
          { attributes: { ...system, 'rpc.method': 'own/notification' }, value: 1 },
        ],
      },
    });
  });

  it('is counted by the exec server too, beside its requests', async () => {
    await using capture = new SignalCapture();
    const conventions = { request: execServerRequest() };
    const telemetry = new ExecTelemetry({ ...capture.providers, conventions, methods: ['ready'] });
    telemetry.request({ id: 1, method: 'ready' }).settle({ result: 'success' });
    telemetry.notificationReceived({ method: 'ready' });
    telemetry.notificationReceived({ method: 'nope' });
    const { metrics } = await capture.signals();
    expect(metrics['exec_server.notifications']).to.deep.equal([
      { attributes: { method: 'ready' }, value: 1 },
      { attributes: { method: 'unknown' }, value: 1 },
    ]);
  });

  it('of MCP is an operation without an id, whose parent is in the message and which is its handler’s', async () => {
    await using capture = new SignalCapture().register();
    const tap = mcpTap(capture);
    const _meta = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
    const notification = tap.received({ ...INITIALIZED, params: { _meta } });
    const inside = notification?.run(() => trace.getActiveSpan()?.spanContext().traceId);
    expect(inside).to.equal(TRACE);
    await capture.expectExactly({
      spans: [
        {
          name: 'notifications/initialized',
          kind: 'SERVER',
          status: 'UNSET',
          traceId: TRACE,
          attributes: { 'mcp.method.name': 'notifications/initialized' },
        },
      ],
      events: [
        {
          name: 'mcp.server.request',
          attributes: {
            method: 'notifications/initialized',
            result: 'success',
            duration_ms: Number.isInteger,
            traceparent: new RegExp(`^00-${TRACE}-`),
          },
        },
      ],
      metrics: {
        'mcp.server.operation.duration': [
          { attributes: { 'mcp.method.name': 'notifications/initialized' }, value: 1 },
        ],
      },
    });
  });

  it('ends when its handler does: by a return, a throw, a promise', async () => {
    await using capture = new SignalCapture();
    const tap = mcpTap(capture);
    const results: unknown[] = [];
    results.push(tap.received(INITIALIZED)?.run(() => 'returned'));
    expect(() =>
      tap.received(INITIALIZED)?.run(() => {
        throw new RangeError('no');
      }),
    ).to.throw(RangeError);
    let resolve: (value: string) => void = () => {};
    const promise = new Promise<string>((settle) => {
      resolve = settle;
    });
    const waiting = tap.received(INITIALIZED);
    const awaited = waiting?.run(() => promise);
    await new Promise(setImmediate);
    expect(waiting?.settled).to.equal(false);
    resolve('resolved');
    results.push(await awaited);
    expect(waiting?.settled).to.equal(true);
    const rejected = tap.received(INITIALIZED)?.run(() => Promise.reject(new SyntaxError('no')));
    results.push(await rejected?.catch((error: Error) => error.name));
    expect(results).to.deep.equal(['returned', 'resolved', 'SyntaxError']);
    const { spans } = await capture.signals();
    expect(spans.map(({ attributes }) => attributes['error.type'])).to.deep.equal([
      undefined,
      'RangeError',
      undefined,
      'SyntaxError',
    ]);
  });

  it('that nobody runs a handler for ends in its turn, and is a success', async () => {
    await using capture = new SignalCapture();
    const notification = mcpTap(capture).received(INITIALIZED);
    expect(notification?.settled).to.equal(false);
    await Promise.resolve();
    expect(notification?.settled).to.equal(true);
    expect((await capture.signals()).spans.map(({ status }) => status)).to.deep.equal(['UNSET']);
  });

  it('proves no name, however often it comes', async () => {
    await using capture = new SignalCapture();
    const tap = mcpTap(capture);
    for (let at = 0; at < 500; at++) {
      tap.received({ jsonrpc: '2.0', method: `n${at}` })?.settle({ result: 'success' });
    }
    const { metrics } = await capture.signals();
    expect(metrics['mcp.server.operation.duration']).to.have.length(1);
    expect(metrics['mcp.server.operation.duration']?.[0]).to.deep.include({
      attributes: { 'mcp.method.name': '_OTHER' },
      value: 500,
    });
  });

  it('that is sent is over once it is, and carries the context in a copy where it is told to', async () => {
    await using capture = new SignalCapture().register();
    const tap = mcpTap(capture, { notificationCarrier: 'meta' });
    const sent = tap.sent(INITIALIZED) as typeof INITIALIZED & {
      params: { _meta: { traceparent: string } };
    };
    expect(INITIALIZED).to.deep.equal({ jsonrpc: '2.0', method: 'notifications/initialized' });
    const { spans, metrics } = await capture.signals();
    expect(spans.map(({ name, kind, status }) => [name, kind, status])).to.deep.equal([
      ['notifications/initialized', 'CLIENT', 'UNSET'],
    ]);
    expect(sent.params._meta.traceparent).to.include(spans[0]?.spanId);
    expect(metrics['mcp.client.operation.duration']).to.have.length(1);
  });

  it('that cancels a request still does', async () => {
    await using capture = new SignalCapture();
    const tap = mcpTap(capture);
    const request = tap.received({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    tap.received({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 1 },
    });
    expect(request?.settled).to.equal(true);
  });
});
