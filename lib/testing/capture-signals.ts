import {
  type Attributes,
  context,
  metrics,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import {
  LoggerProvider,
  type LogRecordProcessor,
  type ReadableLogRecord,
} from '@opentelemetry/sdk-logs';
import { MeterProvider, type MetricData, MetricReader } from '@opentelemetry/sdk-metrics';
import { type ReadableSpan, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { AsyncContextManager } from '../opentelemetry/context-manager.js';
import { registerLoggerProvider } from '../opentelemetry/globals.js';
import { w3cTraceContext } from '../opentelemetry/w3c-trace-context.js';
import type { CapturedEvent, CapturedPoint, CapturedSignals, CapturedSpan } from './captured.js';
import { type ExpectedSignals, expectExactly } from './expect-exactly.js';

class PullReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/**
 * Captures all three signals in memory with the real SDK. Needs `@opentelemetry/sdk-trace`, `sdk-logs`
 * and `sdk-metrics`, of SDK 2 or SDK 3.
 *
 * ```ts
 * const capture = new SignalCapture();
 * const telemetry = new ExecTelemetry(capture.providers);
 * // … the work under test …
 * await capture.expectExactly({ spans: [{ name: 'initialize', kind: 'SERVER' }], events: [], metrics: {} });
 * ```
 */
export class SignalCapture implements AsyncDisposable {
  readonly #reader = new PullReader();
  readonly #spans: ReadableSpan[] = [];
  readonly #records: ReadableLogRecord[] = [];
  readonly #tracerProvider: TracerProvider;
  readonly #loggerProvider: LoggerProvider;
  readonly #meterProvider: MeterProvider;
  #unregisterLogs: (() => void) | undefined;

  constructor() {
    const collect: SpanProcessor = {
      onStart: () => {},
      onEnd: (span) => void this.#spans.push(span),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    this.#tracerProvider = new TracerProvider({ spanProcessors: [collect] });
    const keep: LogRecordProcessor = {
      onEmit: (record) => void this.#records.push(record),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    this.#loggerProvider = new LoggerProvider({ processors: [keep] });
    this.#meterProvider = new MeterProvider({ readers: [this.#reader] });
  }

  /** The three providers, as `ExecTelemetryOptions` takes them. */
  get providers() {
    return {
      tracerProvider: this.#tracerProvider,
      loggerProvider: this.#loggerProvider,
      meterProvider: this.#meterProvider,
    };
  }

  /**
   * Registers the providers globally, with a context manager and W3C Trace Context, as an SDK would.
   * Disposing undoes it.
   */
  register(): this {
    context.setGlobalContextManager(new AsyncContextManager());
    propagation.setGlobalPropagator(w3cTraceContext);
    trace.setGlobalTracerProvider(this.#tracerProvider);
    metrics.setGlobalMeterProvider(this.#meterProvider);
    this.#unregisterLogs = registerLoggerProvider(this.#loggerProvider);
    return this;
  }

  /** Everything captured up to now. */
  async signals(): Promise<CapturedSignals> {
    const { resourceMetrics } = await this.#reader.collect();
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return {
      spans: this.#spans.map(plainSpan),
      events: this.#records.map(plainEvent),
      metrics: Object.fromEntries(
        all.map((metric) => [metric.descriptor.name, points(metric)] as const),
      ),
    };
  }

  /**
   * Asserts that the captured signals are these and no others; see {@link ExpectedSignals}.
   * @throws AssertionError that shows what was missing, what was too much, and everything captured
   */
  async expectExactly(expected: ExpectedSignals): Promise<void> {
    expectExactly(await this.signals(), expected);
  }

  /** Takes the capture off the globals, where it is registered, and shuts its providers down. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#unregisterLogs !== undefined) {
      for (const global of [context, propagation, trace, metrics]) global.disable();
      this.#unregisterLogs();
    }
    await Promise.allSettled([
      this.#tracerProvider.shutdown(),
      this.#loggerProvider.shutdown(),
      this.#meterProvider.shutdown(),
    ]);
  }
}

function plainSpan(span: ReadableSpan): CapturedSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    name: span.name,
    kind: SpanKind[span.kind],
    status: SpanStatusCode[span.status.code],
    attributes: { ...span.attributes },
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    links: span.links.map((link) => link.context.spanId),
    seconds: span.duration[0] + span.duration[1] / 1e9,
  };
}

function plainEvent(record: ReadableLogRecord): CapturedEvent {
  return {
    name: record.eventName ?? '',
    target: record.instrumentationScope.name,
    severity: record.severityText ?? '',
    body: record.body,
    attributes: { ...record.attributes } as Attributes,
    traceId: record.spanContext?.traceId,
    spanId: record.spanContext?.spanId,
  };
}

function points(metric: MetricData): CapturedPoint[] {
  return metric.dataPoints.map(({ attributes, value }) => {
    if (typeof value === 'number') return { attributes, value };
    const { count, sum } = value as { count: number; sum?: number };
    return { attributes, value: count, ...(sum === undefined ? {} : { sum }) };
  });
}
