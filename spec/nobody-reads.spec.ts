import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { context, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { AlwaysOffSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import { ExecTelemetry } from 'otel-exec';
import { SignalCapture } from 'otel-exec/testing';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

function deaf(emitted: string[]): LogRecordProcessor {
  return {
    enabled: () => false,
    onEmit: (record) => void emitted.push(String(record.eventName)),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}

function trap<T extends object>(open: T, read: string[], names: readonly string[]): T {
  return new Proxy(open, {
    get(target, name, receiver) {
      if (names.includes(String(name))) read.push(String(name));
      return Reflect.get(target, name, receiver);
    },
  });
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

describe('while the target is off and no span records', () => {
  const emitted: string[] = [];
  const telemetry = new ExecTelemetry({
    tracerProvider: new TracerProvider({ sampler: new AlwaysOffSampler() }),
    loggerProvider: new LoggerProvider({ processors: [deaf(emitted)] }),
    methods: ['m'],
  });

  it('reads no identifier of a request, a process, a tool call or a model call', () => {
    const read: string[] = [];
    const identifiers = [
      'id',
      'jsonrpc',
      'sessionId',
      'args',
      'executable',
      'callId',
      'conversationId',
      'turnId',
      'index',
    ];
    const trapped = <T extends object>(facts: T) => trap(facts, read, identifiers);

    telemetry
      .request(trapped({ id: 'secret', method: 'm', jsonrpc: '2.0' }))
      .settle({ result: 'error', code: 1 });
    const process = telemetry.process(
      trapped({ id: 'secret', executable: '/s/ecret', argv: ['secret'] }),
    );
    process.spawned(1);
    process.exited(1, null);
    telemetry.toolCall(trapped({ tool: 't', callId: 'secret' }))[Symbol.dispose]();
    telemetry
      .inference(trapped({ model: 'm', provider: 'p', index: 1 }))
      .settle({ result: 'success' });

    expect(read).to.deep.equal([]);
    expect(emitted).to.deep.equal([]);
  });

  it('reads them as soon as somebody listens, so that the trap is known to work', () => {
    const read: string[] = [];
    const listening = new ExecTelemetry({ ...new SignalCapture().providers });
    listening.request(trap({ id: 'secret', method: 'm' }, read, ['id']));
    expect(read).to.not.deep.equal([]);
  });

  it('retains nothing of a lifecycle once it has ended', function () {
    this.timeout(30_000);
    const cycle = (times: number) => {
      for (let at = 0; at < times; at++) {
        using request = telemetry.request({ id: `id-${at}`, method: 'm' });
        request.settle({ result: 'success' });
        telemetry.process({ id: `id-${at}` }).exited(0, null);
      }
    };
    cycle(20_000);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    cycle(50_000);
    collectGarbage();
    const retained = (process.memoryUsage().heapUsed - before) / 100_000;
    expect(retained).to.be.lessThan(1);
  });
});

describe('with the bare API and no provider at all', () => {
  it('runs everything, and throws nothing', () => {
    const telemetry = new ExecTelemetry();
    const connection = telemetry.connection({ transport: 'stdio' });
    using request = telemetry.request({ id: 1, method: 'm' }, { connection });
    const process = request.run(() => telemetry.process({ id: 1, executable: 'sh' }));
    process.spawned(1);
    process.exited(0, null);
    using call = telemetry.toolCall({ tool: 't' });
    call.executionStarted();
    expect(
      telemetry.inference({ model: 'm', provider: 'p' }).settle({ result: 'success' }),
    ).to.equal(true);
    connection.settle();
    expect(request.settled).to.equal(true);
    telemetry.shutdown();
  });

  it('reads a message only when somebody asks for the context of its request', () => {
    const read: string[] = [];
    const message = trap({ id: 1, method: 'm', trace: { traceparent: TRACEPARENT } }, read, [
      'trace',
    ]);
    const request = new ExecTelemetry().request(message);
    expect(request.run(() => 'worked')).to.equal('worked');
    request.settle({ result: 'success' });
    expect(read).to.deep.equal([]);
    expect(trace.getSpanContext(request.context)?.spanId).to.equal('00f067aa0ba902b7');
    expect(read).to.include('trace');
  });

  it('keeps the inbound traceparent on events and in the environment of children', async () => {
    await using capture = new SignalCapture();
    const { loggerProvider } = capture.providers;
    const telemetry = new ExecTelemetry({ loggerProvider, methods: ['m'] });
    const message = { id: 1, method: 'm', trace: { traceparent: TRACEPARENT } };
    const request = telemetry.request(message);
    const child = telemetry.process({ id: 'p' }, { context: request.context });
    expect(child.environment({ TRACEPARENT: 'stale', TRACESTATE: 'stale=1' })).to.deep.equal({
      TRACEPARENT,
    });
    child.exited(0, null);
    request.settle({ result: 'success' });
    await capture.expectExactly({
      spans: [],
      events: [
        {
          name: 'codex.exec_server_process',
          spanId: '00f067aa0ba902b7',
          attributes: {
            process_id: 'p',
            trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
            result: 'success',
            duration_ms: Number.isInteger,
          },
        },
        {
          name: 'codex.exec_server_request',
          spanId: '00f067aa0ba902b7',
          attributes: {
            request_id: '1',
            method: 'm',
            result: 'success',
            duration_ms: Number.isInteger,
            traceparent: TRACEPARENT,
          },
        },
      ],
    });
  });

  it('leaves traceparent out where no trace arrived', async () => {
    await using capture = new SignalCapture();
    const { loggerProvider } = capture.providers;
    const telemetry = new ExecTelemetry({ loggerProvider, methods: ['m'] });
    telemetry.request({ id: 1, method: 'm' }).settle({ result: 'success' });
    await capture.expectExactly({
      events: [
        {
          spanId: undefined,
          attributes: {
            request_id: '1',
            method: 'm',
            result: 'success',
            duration_ms: Number.isInteger,
          },
        },
      ],
    });
  });
});

describe('an unsampled trace', () => {
  it('still gives the event its own ids, which no span was kept for', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry({
      loggerProvider: capture.providers.loggerProvider,
      tracerProvider: new TracerProvider({ sampler: new AlwaysOffSampler() }),
    });
    const parent = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId: '00f067aa0ba902b7',
      traceFlags: TraceFlags.NONE,
    });
    const request = context.with(parent, () =>
      telemetry.request({ id: 1, method: 'm' }, { context: parent }),
    );
    request.settle({ result: 'success' });
    const [event] = (await capture.signals()).events;
    expect(event?.traceId).to.equal('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(event?.spanId).to.not.equal('00f067aa0ba902b7');
    expect(event?.attributes.traceparent).to.equal(`00-${event?.traceId}-${event?.spanId}-00`);
  });
});
