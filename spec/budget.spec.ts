import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  type MeterProvider,
  type Span,
  type SpanContext,
  TraceFlags,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';
import { expect } from 'chai';
import { type BridgeLoggerProvider, ExecTelemetry } from 'otel-exec';

const PACKED_BYTES = 200_000;

/** Counts every call that reaches an SDK, by name. Stands for the SDK itself, whose calls can't be seen. */
class CallCount {
  readonly calls: Record<string, number> = {};

  readonly tracerProvider: TracerProvider = {
    getTracer: () => ({ startSpan: () => this.#startSpan() }) as unknown as Tracer,
  };

  readonly meterProvider = {
    getMeter: () => new Proxy({}, { get: (_, create) => () => this.#instrument(String(create)) }),
  } as unknown as MeterProvider;

  readonly loggerProvider: BridgeLoggerProvider = {
    getLogger: () => ({
      enabled: () => this.#count('logger.enabled', true),
      emit: () => this.#count('logger.emit', undefined),
    }),
  };

  #count<T>(name: string, result: T): T {
    this.calls[name] = (this.calls[name] ?? 0) + 1;
    return result;
  }

  #startSpan(): Span {
    const spanContext: SpanContext = {
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId: '00f067aa0ba902b7',
      traceFlags: TraceFlags.SAMPLED,
    };
    const span: object = new Proxy(
      {},
      {
        get: (_, name) => {
          if (name === 'spanContext') return () => spanContext;
          if (name === 'isRecording') return () => true;
          const call = `span.${String(name)}`;
          return () => (call.startsWith('span.setAttribute') ? span : this.#count(call, span));
        },
      },
    );
    return this.#count('tracer.startSpan', span as Span);
  }

  #instrument(create: string): object {
    return {
      add: () => this.#count(`${create}.add`, undefined),
      record: () => this.#count(`${create}.record`, undefined),
      addCallback: () => {},
    };
  }
}

function callsOf(work: (telemetry: ExecTelemetry) => void): Record<string, number> {
  const count = new CallCount();
  const telemetry = new ExecTelemetry({ ...count, methods: ['m'], tools: ['t'] });
  work(telemetry);
  for (const name of Object.keys(count.calls)) delete count.calls[name];
  work(telemetry);
  return count.calls;
}

describe('the budget of a lifecycle', () => {
  it('is one span, one histogram record and one log record for a request', () => {
    expect(
      callsOf((telemetry) => {
        const request = telemetry.request({ id: 1, method: 'm', jsonrpc: '2.0' });
        request.run(() => {});
        request.settle({ result: 'success' });
        request[Symbol.dispose]();
      }),
    ).to.deep.equal({
      'tracer.startSpan': 1,
      'span.end': 1,
      'createHistogram.record': 1,
      'logger.enabled': 1,
      'logger.emit': 1,
    });
  });

  it('is the same for a request that fails, and the status and its reasons', () => {
    expect(
      callsOf((telemetry) => {
        telemetry.request({ id: 1, method: 'm' }).settle({ result: 'error', code: -32_000 });
      }),
    ).to.deep.equal({
      'tracer.startSpan': 1,
      'span.setStatus': 1,
      'span.end': 1,
      'createHistogram.record': 1,
      'logger.enabled': 1,
      'logger.emit': 1,
    });
  });

  it('is the same for a process, and the question about its start', () => {
    expect(
      callsOf((telemetry) => {
        const process = telemetry.process({ id: 'p', executable: '/bin/true' });
        process.spawned(1);
        process.exited(0, null);
      }),
    ).to.deep.equal({
      'tracer.startSpan': 1,
      'span.end': 1,
      'createHistogram.record': 1,
      'logger.enabled': 2,
      'logger.emit': 2,
    });
  });

  it('is the same for a tool call', () => {
    expect(
      callsOf((telemetry) => {
        using call = telemetry.toolCall({ tool: 't' });
        call.executionStarted();
      }),
    ).to.include({
      'tracer.startSpan': 1,
      'span.end': 1,
      'createHistogram.record': 1,
      'logger.emit': 1,
    });
  });

  it('is no call at all for a connection, which is only counted', () => {
    expect(
      callsOf((telemetry) => telemetry.connection({ transport: 'stdio' }).settle()),
    ).to.deep.equal({});
  });
});

describe('the budget of the package', () => {
  it('is 200 kB, packed', async () => {
    const { stdout } = await promisify(execFile)(
      'npm',
      ['pack', '--json', '--dry-run', '--ignore-scripts'],
      { shell: process.platform === 'win32' },
    );
    const [packed] = Object.values(JSON.parse(stdout) as Record<string, { size: number }>);
    expect(packed?.size).to.be.within(1, PACKED_BYTES);
  });
});
