import {
  type ContextManager,
  context,
  DiagLogLevel,
  diag,
  type MeterProvider,
  propagation,
  ROOT_CONTEXT,
  type TracerProvider,
} from '@opentelemetry/api';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import {
  type Sampler,
  TracerProvider as SdkTracerProvider,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import {
  type BridgeLoggerProvider,
  ExecTelemetry,
  type ExecTelemetryOptions,
  RpcTap,
} from 'otel-exec';

const broken = (what: string) => () => {
  throw new Error(`${what} is broken`);
};

const brokenProcessor = (moment: 'onStart' | 'onEnd'): SpanProcessor => ({
  onStart: moment === 'onStart' ? broken('onStart') : () => {},
  onEnd: moment === 'onEnd' ? broken('onEnd') : () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
});

const neighbours: Record<string, ExecTelemetryOptions> = {
  'a tracer provider': { tracerProvider: { getTracer: broken('getTracer') } as TracerProvider },
  'a sampler': {
    tracerProvider: new SdkTracerProvider({
      sampler: { shouldSample: broken('sampler'), toString: () => 'broken' } as unknown as Sampler,
    }),
  },
  'a span processor at start': {
    tracerProvider: new SdkTracerProvider({ spanProcessors: [brokenProcessor('onStart')] }),
  },
  'a span processor at end': {
    tracerProvider: new SdkTracerProvider({ spanProcessors: [brokenProcessor('onEnd')] }),
  },
  'a logger provider': { loggerProvider: { getLogger: broken('getLogger') } },
  'a log record processor': {
    loggerProvider: new LoggerProvider({
      processors: [
        {
          onEmit: broken('onEmit'),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    }),
  },
  'a logger that answers with nonsense': {
    loggerProvider: { getLogger: () => ({ enabled: broken('enabled') }) } as BridgeLoggerProvider,
  },
  'a meter provider': { meterProvider: { getMeter: broken('getMeter') } as MeterProvider },
  'a histogram': {
    meterProvider: {
      getMeter: () => ({
        createHistogram: () => ({ record: broken('record') }),
        createObservableCounter: () => ({ addCallback: () => {} }),
        createObservableUpDownCounter: () => ({ addCallback: () => {} }),
      }),
    } as unknown as MeterProvider,
  },
};

function work(options: ExecTelemetryOptions): string {
  const telemetry = new ExecTelemetry(options);
  const tap = new RpcTap(telemetry, { transport: 'stdio' });
  const request = tap.received({ id: 1, method: 'm' });
  const answer = request?.run(() => {
    const process = telemetry.process({ id: 1, executable: 'sh' });
    process.spawned(1);
    process.environment({});
    process.exited(1, null);
    using call = telemetry.toolCall({ tool: 't' });
    call.executionStarted();
    telemetry
      .inference({ model: 'm', provider: 'p' })
      .settle({ result: 'error', error: undefined });
    return 'done';
  });
  tap.sent({ id: 1, result: {} });
  tap.close();
  telemetry.shutdown();
  return String(answer);
}

describe('a broken neighbour never reaches the caller', () => {
  const told: string[] = [];

  beforeEach(() => {
    told.length = 0;
    const tell = (...words: unknown[]) => void told.push(words.map(String).join(' '));
    diag.setLogger(
      { error: tell, warn: tell, info: () => {}, debug: () => {}, verbose: () => {} },
      { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
    );
  });

  afterEach(() => {
    for (const global of [diag, propagation, context]) global.disable();
  });

  for (const [name, options] of Object.entries(neighbours)) {
    it(`whether it is ${name}, and diag is told`, () => {
      expect(work(options)).to.equal('done');
      expect(told.join('\n')).to.match(/otel-exec: .* failed/);
    });
  }

  it('and a tracer that writes to the attributes that it is given gets its own', () => {
    const sdk = new SdkTracerProvider();
    const getTracer = () => {
      const tracer = sdk.getTracer('inner');
      return {
        startActiveSpan: broken('startActiveSpan'),
        startSpan: (...[name, options, parent]: Parameters<typeof tracer.startSpan>) => {
          const attributes = options?.attributes ?? {};
          expect(attributes['vendor.kind']).to.equal(undefined);
          attributes['vendor.kind'] = 'vendor';
          return tracer.startSpan(name, { ...options, attributes }, parent);
        },
      };
    };
    const tracerProvider = { getTracer } as unknown as TracerProvider;
    expect([work({ tracerProvider }), work({ tracerProvider })]).to.deep.equal(['done', 'done']);
    expect(told).to.deep.equal([]);
  });

  it('whether it is a propagator', () => {
    propagation.setGlobalPropagator({
      fields: () => ['traceparent'],
      inject: broken('inject'),
      extract: broken('extract'),
    });
    const telemetry = new ExecTelemetry();
    const message = { id: 1, method: 'm', trace: { traceparent: 'x' } };
    const request = telemetry.request(message);
    expect(request.context).to.equal(ROOT_CONTEXT);
    expect(request.settle({ result: 'success' })).to.equal(true);
    expect(
      telemetry.process({ id: 1 }).environment({ A: 'b', TRACEPARENT: 'stale' }),
    ).to.deep.equal({
      A: 'b',
    });
    expect(told.join('\n'))
      .to.match(/extraction failed/)
      .and.match(/injection failed/);
  });

  it('whether it is a context manager, before the work begins', () => {
    context.setGlobalContextManager({
      active: () => ROOT_CONTEXT,
      with: broken('with'),
      enable: () => ({}) as ContextManager,
      disable: () => ({}) as ContextManager,
    } as unknown as ContextManager);
    expect(work({})).to.equal('done');
    expect(told.join('\n')).to.match(/context activation failed/);
  });

  it('whether it is diag itself', () => {
    diag.setLogger(
      {
        error: broken('diag'),
        warn: broken('diag'),
        info: () => {},
        debug: () => {},
        verbose: () => {},
      },
      { suppressOverrideMessage: true },
    );
    expect(work({ meterProvider: { getMeter: broken('getMeter') } as MeterProvider })).to.equal(
      'done',
    );
  });
});

describe("the caller's own errors", () => {
  it('pass through run as they are, even undefined', () => {
    const request = new ExecTelemetry().request({ method: 'm' });
    const thrown: unknown[] = [];
    for (const error of [new Error('mine'), undefined]) {
      try {
        request.run(() => {
          throw error;
        });
      } catch (caught) {
        thrown.push(caught);
      }
    }
    expect((thrown[0] as Error).message).to.equal('mine');
    expect(thrown).to.have.length(2);
    expect(request.settled).to.equal(false);
  });
});

describe('odd input', () => {
  it('never throws, whatever a caller without types hands in', () => {
    const telemetry = new ExecTelemetry() as unknown as Record<
      string,
      (...args: unknown[]) => Disposable
    >;
    const odd = [
      {},
      { id: Symbol('s'), method: 5 },
      { method: null },
      { id: { toString: null }, method: 'x' },
    ];
    const odder = {
      get id() {
        throw new Error('no');
      },
      get method(): string {
        throw new Error('no');
      },
    };
    for (const kind of ['request', 'process', 'toolCall', 'inference', 'connection']) {
      for (const facts of [...odd, odder]) {
        telemetry[kind]?.(facts)[Symbol.dispose]();
      }
    }
  });
});
