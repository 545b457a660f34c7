import { setImmediate } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { ExecTelemetry } from 'otel-exec';
import { SignalCapture } from 'otel-exec/testing';

const MESSAGE = { jsonrpc: '2.0', id: 1, method: 'm' };

async function withTelemetry(
  work: (telemetry: ExecTelemetry, capture: SignalCapture) => Promise<void>,
): Promise<void> {
  await using capture = new SignalCapture().register();
  await work(new ExecTelemetry({ ...capture.providers, methods: ['m'] }), capture);
}

async function results(capture: SignalCapture): Promise<unknown[]> {
  const { events } = await capture.signals();
  return events.map(({ attributes }) => [attributes.result, attributes['error.type']]);
}

describe('serving a request in one call', () => {
  it('gives back what the handler returned, and settles by it', () =>
    withTelemetry(async (telemetry, capture) => {
      const response = { id: 1, result: {} };
      expect(await telemetry.serve(MESSAGE, () => response)).to.equal(response);
      expect(await telemetry.serve(MESSAGE, async () => 'a value')).to.equal('a value');
      await telemetry.serve(MESSAGE, () => ({ id: 1, error: { code: -32602 } }));
      expect(await results(capture)).to.deep.equal([
        ['success', undefined],
        ['success', undefined],
        ['error', '-32602'],
      ]);
    }));

  it('throws what the handler threw or rejected with, and settles by that', () =>
    withTelemetry(async (telemetry, capture) => {
      const error = new TypeError('no');
      const thrown: unknown[] = [];
      const attempts = [
        telemetry.serve(MESSAGE, () => {
          throw error;
        }),
        telemetry.serve(MESSAGE, () => Promise.reject(error)),
        telemetry.serve(MESSAGE, () => Promise.reject(undefined)),
      ];
      for (const attempt of attempts) await attempt.catch((reason) => thrown.push(reason));
      expect(thrown).to.deep.equal([error, error, undefined]);
      expect(await results(capture)).to.deep.equal([
        ['error', 'TypeError'],
        ['error', 'TypeError'],
        ['error', '_OTHER'],
      ]);
    }));

  it("runs the handler at once, in the request's context, and hands it the request", () =>
    withTelemetry(async (telemetry, capture) => {
      let inside: string | undefined;
      const served = telemetry.serve(MESSAGE, (request) => {
        request.dequeued();
        inside = trace.getActiveSpan()?.spanContext().spanId;
      });
      expect(inside).to.match(/^[\da-f]{16}$/);
      await served;
      const { spans, metrics } = await capture.signals();
      expect(spans.map(({ spanId }) => spanId)).to.deep.equal([inside]);
      expect(metrics['exec_server.request.queue.duration']).to.have.length(1);
    }));

  it('ends as cancelled when its signal aborts, whatever the handler does then', () =>
    withTelemetry(async (telemetry, capture) => {
      const before = AbortSignal.abort();
      const controller = new AbortController();
      const { signal } = controller;
      await telemetry.serve(MESSAGE, () => 'late', { signal: before });
      const served = telemetry.serve(
        MESSAGE,
        async () => {
          await setImmediate();
          signal.throwIfAborted();
        },
        { signal },
      );
      controller.abort();
      await served.catch(() => {});
      expect(await results(capture)).to.deep.equal([
        ['cancelled', 'cancelled'],
        ['cancelled', 'cancelled'],
      ]);
    }));

  it('leaves no listener on its signal, and ends with its connection', () =>
    withTelemetry(async (telemetry, capture) => {
      const { signal } = new AbortController();
      let listeners = 0;
      const { addEventListener, removeEventListener } = signal;
      signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
        listeners++;
        addEventListener.apply(signal, args);
      };
      signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
        listeners--;
        removeEventListener.apply(signal, args);
      };
      await telemetry.serve(MESSAGE, () => 1, { signal });
      expect(listeners).to.equal(0);

      const connection = telemetry.connection({ transport: 'stdio' });
      const served = telemetry.serve(MESSAGE, () => setImmediate('answer'), { connection });
      connection.settle();
      expect(await served).to.equal('answer');
      expect(await results(capture)).to.deep.equal([
        ['success', undefined],
        ['disconnected', 'disconnected'],
      ]);
    }));

  it('takes what the message does not say, and a reading of what the handler returned', () =>
    withTelemetry(async (telemetry, capture) => {
      await telemetry.serve({ id: 1 }, () => ({ refused: true }), {
        facts: { method: 'm' },
        outcome: (returned) =>
          (returned as { refused: boolean }).refused
            ? { result: 'error', errorType: 'refused' }
            : { result: 'success' },
      });
      await telemetry.serve(MESSAGE, () => ({ id: 1, error: { code: 5 } }), {
        outcome: () => {
          throw new Error('a reading that fails');
        },
      });
      const { spans } = await capture.signals();
      expect(spans.map(({ name }) => name)).to.deep.equal(['m', 'm']);
      expect(await results(capture)).to.deep.equal([
        ['error', 'refused'],
        ['error', '5'],
      ]);
    }));
});

describe('a request of a message alone', () => {
  it('is named by it, and has its parent from it', () =>
    withTelemetry(async (telemetry, capture) => {
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      telemetry.request({ ...MESSAGE, trace: { traceparent } }).settle({ result: 'success' });
      const [span] = (await capture.signals()).spans;
      expect(span?.parentSpanId).to.equal('00f067aa0ba902b7');
      expect(span?.attributes['jsonrpc.request.id']).to.equal('1');
    }));

  it('takes no label from a member that a peer has put beside the method', () =>
    withTelemetry(async (telemetry, capture) => {
      telemetry
        .request({ ...MESSAGE, tool: 'sneaked', prompt: 'in', sessionId: 's' })
        .settle({ result: 'success' });
      expect(JSON.stringify(await capture.signals())).to.not.match(/sneaked|"in"/);
    }));

  for (const [what, message] of [
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['an empty object', {}],
    ['a method that is no string', { id: 1, method: { toString: null } }],
  ] as const) {
    it(`that is ${what} is observed all the same`, () =>
      withTelemetry(async (telemetry, capture) => {
        telemetry.request(message).settle({ result: 'success' });
        const { spans } = await capture.signals();
        expect(spans.map(({ name }) => name)).to.deep.equal(['unknown']);
      }));
  }
});
