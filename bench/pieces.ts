import { context, metrics, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { DirectLoggerProvider } from 'otel-exec/export';
import type { Part } from './measure/part.js';
import { takeTurns, type Variant } from './measure/rounds.js';
import { runAlone } from './measure/run-alone.js';
import { spreadOf } from './measure/statistics.js';
import { boundRow, rowsOf } from './measure/table.js';
import { registerSdk } from './sdk.js';
import { REQUEST_BOUNDARIES } from './variants/floor.js';
import { handle, messages, REMOTE } from './variants/message.js';

const TURNS = { rounds: 16, warmup: 3, turns: 8, perTurn: 1_000 };
const RECORD = 'a histogram record';
const RECORD_WITHOUT = 'a histogram record without attributes';

/** What the pieces cost that a request's telemetry is made of, each alone. */
export const pieces: Part = async () => {
  const sdk = await registerSdk();
  const next = messages(true);
  const message = next();
  const parent = trace.setSpanContext(ROOT_CONTEXT, REMOTE);
  const tracer = trace.getTracer('pieces');
  const start = () => {
    const { id, method } = next();
    const attributes = {
      'rpc.system.name': 'jsonrpc',
      'rpc.method': method,
      'jsonrpc.request.id': String(id),
    };
    return tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
  };
  const span = start();
  const active = trace.setSpan(parent, span);
  const { traceId, spanId } = span.spanContext();
  const histogram = metrics.getMeter('pieces').createHistogram('pieces.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: [...REQUEST_BOUNDARIES] },
  });
  const attributes = Object.freeze({ method: message.method, result: 'success' });
  const text = JSON.stringify(message);
  const event = () => ({
    eventName: 'codex.exec_server_request',
    severityNumber: 9,
    severityText: 'INFO',
    body: 'exec-server request completed',
    attributes: {
      request_id: '1',
      method: message.method,
      result: 'success',
      duration_ms: 1,
      trace_id: traceId,
    },
    context: active,
    timestamp: [1, 2] as [number, number],
    observedTimestamp: [1, 2] as [number, number],
  });
  const direct = new DirectLoggerProvider({
    resource: { attributes: {} },
    processors: [sdk.logRecordProcessor],
  }).getLogger('pieces');
  const variants: readonly Variant[] = [
    { name: 'a span, begun and ended', work: () => start().end() },
    {
      name: 'its parent, extracted',
      work: () => void propagation.extract(ROOT_CONTEXT, message.trace),
    },
    {
      name: 'its context, made and active',
      work: () => void context.with(trace.setSpan(parent, span), handle, undefined, message),
    },
    { name: RECORD, work: () => histogram.record(0.001, attributes, active) },
    { name: RECORD_WITHOUT, work: () => histogram.record(0.001, undefined, active) },
    {
      name: '`traceparent`, as one text',
      work: () => void ['00', traceId, spanId, '01'].join('-'),
    },
    { name: 'a log record by the SDK', work: () => sdk.logger.emit(event()) },
    { name: 'a log record by `DirectLoggerProvider`', work: () => direct.emit(event()) },
    { name: 'a clock reading', work: () => void performance.now() },
    { name: '`JSON.parse` of the request', work: () => void JSON.parse(text) },
    { name: '`JSON.stringify` of the request', work: () => void JSON.stringify(message) },
  ];
  const timings = await takeTurns(variants, TURNS);
  await sdk.shutdown();
  const without = timings.get(RECORD_WITHOUT) ?? [];
  const hashing = (timings.get(RECORD) ?? []).map(
    (nanos, round) => nanos - (without[round] ?? Number.NaN),
  );
  return [
    {
      title: 'The pieces of a request’s telemetry',
      unit: 'ns',
      about:
        'Each alone, in a loop, with batch processors to an exporter that discards. A request has one of each, and a second histogram record for the time that it waited in the queue.',
      rows: [
        ...rowsOf(variants, timings, []),
        boundRow('of a histogram record: its attributes, hashed', spreadOf(hashing), undefined),
      ],
      notes: [HASHING],
    },
  ];
};

const HASHING =
  'The SDK sorts the attributes of each record and writes them as JSON to find its series, although this package hands over the same frozen object each time. No option, view or reader turns that off; past it leads a `MetricProducer` alone, which the app would have to give to each of its readers, and which has no exemplars. What upstream would need: a series that is looked up once (`histogram.bind(attributes)`, which its API had before 1.0), or a `WeakMap` from frozen attributes to their series.';

await runAlone(import.meta.url, pieces);
