import { context, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { ExecTelemetry, outcomeOfResponse } from 'otel-exec';
import { SignalCapture } from 'otel-exec/testing';
import { FakeClock } from '../fake-clock.js';

describe('a request', () => {
  it('has the exact fields of its event, its span and its metrics', async () => {
    await using capture = new SignalCapture();
    const clock = new FakeClock();
    const telemetry = new ExecTelemetry({ ...capture.providers, clock, methods: ['initialize'] });
    const connection = telemetry.connection({ transport: 'websocket' });
    const message = {
      id: 'r-1',
      method: 'initialize',
      trace: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
    };
    const request = telemetry.request(message, { connection });
    clock.advance(2);
    request.dequeued();
    clock.advance(3.7);
    request.settle({ result: 'error', code: -32600 });
    connection.settle();
    const [span] = (await capture.signals()).spans;
    await capture.expectExactly({
      spans: [
        {
          name: 'initialize',
          kind: 'SERVER',
          status: 'ERROR',
          traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
          parentSpanId: '00f067aa0ba902b7',
          links: [],
          seconds: 0.0057,
          attributes: {
            'rpc.system.name': 'jsonrpc',
            'rpc.method': 'initialize',
            'jsonrpc.request.id': 'r-1',
            'rpc.status_code': '-32600',
            'error.type': '-32600',
          },
        },
      ],
      events: [
        {
          name: 'codex.exec_server_request',
          target: 'codex_exec_server::telemetry',
          severity: 'INFO',
          body: 'exec-server request completed',
          traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
          spanId: String(span?.spanId),
          attributes: {
            request_id: 'r-1',
            method: 'initialize',
            result: 'error',
            duration_ms: 5,
            traceparent: `00-4bf92f3577b34da6a3ce929d0e0e4736-${span?.spanId}-01`,
            'error.type': '-32600',
          },
        },
      ],
      metrics: {
        'exec_server.connections': [{ attributes: { transport: 'websocket' }, value: 1 }],
        'exec_server.connections.active': [{ attributes: { transport: 'websocket' }, value: 0 }],
        'exec_server.requests': [
          { attributes: { method: 'initialize', result: 'error' }, value: 1 },
        ],
        'exec_server.requests.active': [{ attributes: {}, value: 0 }],
        'exec_server.request.duration': [
          {
            attributes: { method: 'initialize', result: 'error', 'error.type': '-32600' },
            value: 1,
            sum: 0.0057,
          },
        ],
        'exec_server.request.queue.duration': [
          { attributes: { method: 'initialize' }, value: 1, sum: 0.002 },
        ],
      },
    });
  });

  it('has the name that a namespace gives its event and target', async () => {
    await using capture = new SignalCapture();
    new ExecTelemetry({ ...capture.providers, namespace: 'acme' })
      .request({ id: 1, method: 'm' })
      .settle({ result: 'success' });
    await capture.expectExactly({
      events: [{ name: 'acme.exec_server_request', target: 'acme_exec_server::telemetry' }],
    });
  });

  it('is the parent of what its handler starts, across awaits and beside others', async () => {
    await using capture = new SignalCapture().register();
    const telemetry = new ExecTelemetry({ methods: ['a', 'b'] });
    const handle = async (method: string) => {
      using request = telemetry.request({ id: method, method });
      await request.run(async () => {
        await new Promise(setImmediate);
        telemetry.process({ id: method }).exited(0, null);
      });
      request.settle({ result: 'success' });
    };
    await Promise.all([handle('a'), handle('b')]);
    expect(trace.getSpan(context.active())).to.equal(undefined);
    const { spans } = await capture.signals();
    const parentOf = (id: string) => {
      const request = spans.find(({ name }) => name === id);
      return spans.filter(({ parentSpanId }) => parentSpanId === request?.spanId).length;
    };
    expect([parentOf('a'), parentOf('b')]).to.deep.equal([1, 1]);
  });

  it('that begins on a closed connection ends at once', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry(capture.providers);
    const connection = telemetry.connection({ transport: 'stdio' });
    connection.settle();
    expect(telemetry.request({ id: 1, method: 'm' }, { connection }).settled).to.equal(true);
    const { metrics } = await capture.signals();
    expect(metrics['exec_server.requests.active']).to.deep.equal([{ attributes: {}, value: 0 }]);
  });
});

describe("a response's end", () => {
  it('is an error by its code, and a success otherwise', () => {
    expect(outcomeOfResponse({ id: 1, result: {} })).to.deep.equal({ result: 'success' });
    expect(outcomeOfResponse({ id: 1, error: { code: -1 } })).to.deep.equal({
      result: 'error',
      code: -1,
    });
    expect(outcomeOfResponse({ id: 1, error: {} })).to.deep.equal({ result: 'error' });
    expect(outcomeOfResponse(undefined)).to.deep.equal({ result: 'success' });
  });
});
