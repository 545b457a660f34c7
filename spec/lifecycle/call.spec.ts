import { setTimeout as pause } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { ExecTelemetry } from 'otel-exec';
import { mcpClient } from 'otel-exec/conventions';
import { SignalCapture } from 'otel-exec/testing';

const MESSAGE = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'add' } };

async function withTelemetry(
  work: (telemetry: ExecTelemetry, capture: SignalCapture) => Promise<void>,
): Promise<void> {
  await using capture = new SignalCapture().register();
  await work(new ExecTelemetry(capture.providers), capture);
}

async function results(capture: SignalCapture): Promise<unknown[]> {
  const { events } = await capture.signals();
  return events.map(({ attributes }) => [attributes.result, attributes['error.type']]);
}

describe('asking a peer in one call', () => {
  it('is a CLIENT span, a duration and an event of the JSON-RPC conventions', () =>
    withTelemetry(async (telemetry, capture) => {
      const response = await telemetry.ask(MESSAGE, async (message) => {
        expect(message).to.equal(MESSAGE);
        return { id: 1, result: 3 };
      });
      expect(response).to.deep.equal({ id: 1, result: 3 });
      await capture.expectExactly({
        spans: [
          {
            name: 'tools/call',
            kind: 'CLIENT',
            status: 'UNSET',
            attributes: {
              'rpc.system.name': 'jsonrpc',
              'rpc.method': 'tools/call',
              'jsonrpc.request.id': '1',
            },
          },
        ],
        events: [
          {
            name: 'rpc.client.request',
            target: 'otel-exec',
            attributes: {
              request_id: '1',
              method: 'tools/call',
              result: 'success',
              duration_ms: Number.isInteger,
              traceparent: /^00-/,
            },
          },
        ],
        metrics: {
          'rpc.client.call.duration': [
            {
              value: 1,
              attributes: { 'rpc.system.name': 'jsonrpc', 'rpc.method': 'tools/call' },
            },
          ],
        },
      });
    }));

  it('is sent in its own context, with the error of its response or of what was thrown', () =>
    withTelemetry(async (telemetry, capture) => {
      let inside: string | undefined;
      await telemetry.ask(MESSAGE, () => {
        inside = trace.getActiveSpan()?.spanContext().spanId;
        return { id: 1, error: { code: -32602 } };
      });
      const error = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      const caught = await telemetry
        .ask(MESSAGE, () => Promise.reject(error))
        .catch((reason: unknown) => reason);
      expect(caught).to.equal(error);
      const { spans } = await capture.signals();
      expect(spans[0]?.spanId).to.equal(inside);
      expect(await results(capture)).to.deep.equal([
        ['error', '-32602'],
        ['error', 'ECONNREFUSED'],
      ]);
    }));

  it('times out or is cancelled by its signal, or by what it rejects with', () =>
    withTelemetry(async (telemetry, capture) => {
      const late = AbortSignal.timeout(10);
      await telemetry.ask(MESSAGE, () => pause(50), { signal: late });
      await telemetry.ask(MESSAGE, () => 1, { signal: AbortSignal.abort() });
      const reject = (name: string) => () => Promise.reject(new DOMException('no', name));
      await telemetry.ask(MESSAGE, reject('TimeoutError')).catch(() => {});
      await telemetry.ask(MESSAGE, reject('AbortError')).catch(() => {});
      expect(await results(capture)).to.deep.equal([
        ['timeout', 'timeout'],
        ['cancelled', 'cancelled'],
        ['timeout', 'timeout'],
        ['cancelled', 'cancelled'],
      ]);
    }));

  it('carries its context where its convention has a place, in a copy, and not if told so', async () => {
    await using capture = new SignalCapture().register();
    const telemetry = new ExecTelemetry({
      ...capture.providers,
      conventions: { call: mcpClient() },
    });
    const sent: unknown[] = [];
    const send = (message: typeof MESSAGE) => void sent.push(message.params);
    await telemetry.ask(MESSAGE, send);
    await telemetry.ask(MESSAGE, send, { propagate: false });
    await telemetry.ask(MESSAGE, (message) => void sent.push(message), { carrier: 'trace' });
    const { spans } = await capture.signals();
    const traceparents = spans.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
    expect(sent).to.deep.equal([
      { name: 'add', _meta: { traceparent: traceparents[0] } },
      { name: 'add' },
      { ...MESSAGE, trace: { traceparent: traceparents[2] } },
    ]);
    expect(MESSAGE.params).to.deep.equal({ name: 'add' });
  });

  it('ends as disconnected with its connection', () =>
    withTelemetry(async (telemetry, capture) => {
      const connection = telemetry.connection({ transport: 'stdio' });
      const call = telemetry.call(MESSAGE, { connection });
      connection.settle();
      expect(call.settle({ result: 'success' })).to.equal(false);
      expect(await results(capture)).to.deep.equal([['disconnected', 'disconnected']]);
    }));
});

describe('a session', () => {
  it('is a duration by protocol version and transport, and a success unless told otherwise', () =>
    withTelemetry(async (telemetry, capture) => {
      const facts = { protocolVersion: '2025-11-25', transport: 'pipe' };
      telemetry.session(facts)[Symbol.dispose]();
      telemetry.session(facts).settle({ result: 'error', error: new RangeError('odd') });
      const attributes = { 'mcp.protocol.version': '2025-11-25', 'network.transport': 'pipe' };
      await capture.expectExactly({
        spans: [],
        events: [],
        metrics: {
          'mcp.server.session.duration': [
            { value: 1, attributes },
            { value: 1, attributes: { ...attributes, 'error.type': 'RangeError' } },
          ],
        },
      });
    }));
});
