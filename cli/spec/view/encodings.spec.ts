import { type Attributes, type Link, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  MetricReader,
} from '@opentelemetry/sdk-metrics';
import { type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import fc from 'fast-check';
import type { ReceivedSpan } from '../../view/received.js';
import { exportTo, WAYS } from './exporting.js';
import { Viewing } from './viewing.js';

const resource = resourceFromAttributes({
  'service.name': 'spec',
  'service.instance.id': 'spec-1',
  'process.pid': 7,
});

const names = fc.string({ unit: 'binary', maxLength: 20 });
const values = fc.oneof(
  names,
  fc.boolean(),
  fc.maxSafeInteger(),
  fc
    .double({ noNaN: true, max: 2 ** 53 - 1, min: -(2 ** 53) + 1 })
    .map((double) => (double === 0 ? 0 : double)),
  fc.array(names, { maxLength: 3 }),
);
const attributes = fc.dictionary(
  names.filter((name) => name !== ''),
  values,
  {
    maxKeys: 4,
    noNullPrototype: true,
  },
) as fc.Arbitrary<Attributes>;
const hexDigits = fc.constantFrom(...'0123456789abcdef');
const ids = (digits: number) =>
  fc
    .string({ unit: hexDigits, minLength: digits, maxLength: digits })
    .filter((id) => !/^0+$/.test(id));
const contexts = fc.record({ traceId: ids(32), spanId: ids(16), traceFlags: fc.constant(1) });
const spans = fc.record({
  name: names,
  kind: fc.integer({ min: 0, max: 4 }),
  parent: fc.option(contexts, { nil: undefined }),
  start: fc.integer({ min: 1, max: 2_000_000_000_000 }),
  millis: fc.integer({ min: 0, max: 100_000 }),
  attributes,
  events: fc.array(fc.record({ name: names, attributes }), { maxLength: 2 }),
  links: fc.array(fc.record({ context: contexts, attributes }), { maxLength: 2 }),
  status: fc.record({ code: fc.integer({ min: 0, max: 2 }), message: names }),
});

function recorded(models: readonly (typeof spans extends fc.Arbitrary<infer T> ? T : never)[]) {
  const ended: ReadableSpan[] = [];
  const processor = {
    onStart() {},
    onEnd: (span: ReadableSpan) => ended.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const tracer = new TracerProvider({ resource, spanProcessors: [processor] }).getTracer('a scope');
  for (const { name, kind, parent, start, millis, links, events, status, ...model } of models) {
    const context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
    const options = {
      kind,
      startTime: start,
      attributes: model.attributes,
      links: links as Link[],
    };
    const span = tracer.startSpan(name, options, context);
    for (const event of events) span.addEvent(event.name, event.attributes, start + 1);
    span.setStatus(status).end(start + millis);
  }
  return ended;
}

const nanos = ([seconds, rest]: readonly [number, number]) =>
  BigInt(seconds) * 10n ** 9n + BigInt(rest);

function expected(span: ReadableSpan): ReceivedSpan {
  const { message = '' } = span.status;
  return {
    sender: {
      service: 'spec',
      instance: 'spec-1',
      attributes: { ...resource.attributes },
    },
    scope: 'a scope',
    ...span.spanContext(),
    parentSpanId: span.parentSpanContext?.spanId,
    name: span.name,
    kind: span.kind + 1,
    startNanos: nanos(span.startTime),
    endNanos: nanos(span.endTime),
    attributes: { ...span.attributes },
    events: span.events.map(({ name, time, attributes = {} }) => ({
      name,
      timeNanos: nanos(time),
      attributes: { ...attributes },
    })),
    links: span.links.map(({ context: { traceId, spanId }, attributes = {} }) => ({
      traceId,
      spanId,
      attributes: { ...attributes },
    })),
    status: { code: span.status.code, ...(message !== '' && { message }) },
  };
}

/** Without what is undefined, or has no place in OTLP. */
function bare({ ...span }: ReceivedSpan & { traceFlags?: number }) {
  delete span.traceFlags;
  delete (span as { traceState?: unknown }).traceState;
  if (span.parentSpanId === undefined) delete (span as { parentSpanId?: unknown }).parentSpanId;
  return span;
}

describe('what official exporters send to the view', () => {
  for (const way of WAYS) {
    it(`is what the intake gets of spans: ${way}`, async () => {
      await using viewing = await Viewing.start();
      await fc.assert(
        fc.asyncProperty(fc.array(spans, { minLength: 1, maxLength: 5 }), async (models) => {
          const sent = recorded(models);
          viewing.spans.length = 0;
          await exportTo(viewing.url, 'traces', way, sent);
          expect(viewing.spans.map(bare)).to.deep.equal(sent.map((span) => bare(expected(span))));
        }),
        { numRuns: 25 },
      );
    });

    it(`is what the intake gets of log records: ${way}`, async () => {
      await using viewing = await Viewing.start();
      const memory = new InMemoryLogRecordExporter();
      const provider = new LoggerProvider({
        resource,
        processors: [new SimpleLogRecordProcessor({ exporter: memory })],
      });
      const context = trace.setSpanContext(ROOT_CONTEXT, {
        traceId: 'ab'.repeat(16),
        spanId: 'cd'.repeat(8),
        traceFlags: 1,
      });
      const logger = provider.getLogger('a scope');
      logger.emit({
        timestamp: 1_700_000_000_500,
        observedTimestamp: 1_700_000_001_000,
        severityNumber: 13,
        severityText: 'WARN',
        eventName: 'something.happened',
        body: { text: 'é', list: [1, 2.5, true, null, { deep: 'yes' }], big: -(2 ** 40) },
        attributes: { a: 'b', __proto__: 'no', bytes: new Uint8Array([0, 255]) },
        context,
      });
      logger.emit({
        timestamp: 1_700_000_000_500,
        observedTimestamp: 1_700_000_001_000,
        body: 'only this',
      });
      await exportTo(viewing.url, 'logs', way, memory.getFinishedLogRecords());
      const common = {
        sender: { service: 'spec', instance: 'spec-1', attributes: { ...resource.attributes } },
        scope: 'a scope',
        timeNanos: 1_700_000_000_500_000_000n,
        observedNanos: 1_700_000_001_000_000_000n,
      };
      expect(viewing.logRecords).to.deep.equal([
        {
          ...common,
          severityNumber: 13,
          severityText: 'WARN',
          eventName: 'something.happened',
          body: { text: 'é', list: [1, 2.5, true, null, { deep: 'yes' }], big: -(2 ** 40) },
          attributes: { a: 'b', bytes: new Uint8Array([0, 255]) },
          traceId: 'ab'.repeat(16),
          spanId: 'cd'.repeat(8),
        },
        { ...common, severityNumber: 0, body: 'only this', attributes: {} },
      ]);
    });

    it(`is what the intake gets of metrics: ${way}`, async () => {
      await using viewing = await Viewing.start();
      const reader = new OneTimeReader();
      const provider = new MeterProvider({
        resource,
        readers: [reader],
        views: [
          {
            instrumentName: 'sizes',
            aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
          },
        ],
      });
      const meter = provider.getMeter('a scope');
      meter.createCounter('done', { unit: '{job}', description: 'Jobs.' }).add(3, { kind: 'a' });
      meter.createUpDownCounter('active').add(-2);
      meter.createGauge('heat', { unit: 'Cel' }).record(20.5);
      const advice = { explicitBucketBoundaries: [1, 2] };
      const durations = meter.createHistogram('durations', { unit: 's', advice });
      for (const seconds of [0.5, 1.5, 9]) durations.record(seconds);
      const sizes = meter.createHistogram('sizes');
      for (const size of [0, 1, 4]) sizes.record(size);
      const { resourceMetrics } = await reader.collect();
      await exportTo(viewing.url, 'metrics', way, resourceMetrics);
      await provider.shutdown();
      viewing.metrics.sort((a, b) => (a.name < b.name ? -1 : 1));
      const brief = viewing.metrics.map(({ sender, scope, points, ...metric }) => ({
        ...metric,
        points: points.map(({ startNanos, timeNanos, ...point }) => {
          expect(startNanos <= timeNanos && startNanos > 0n).to.equal(true);
          return point;
        }),
      }));
      expect(viewing.metrics.map(({ scope, sender }) => [scope, sender.instance])).to.deep.equal(
        Array.from({ length: 5 }, () => ['a scope', 'spec-1']),
      );
      const none = { description: '', unit: '', temporality: 'cumulative' };
      expect(brief).to.deep.equal([
        {
          ...none,
          name: 'active',
          kind: 'sum',
          monotonic: false,
          points: [{ attributes: {}, value: -2 }],
        },
        {
          ...none,
          name: 'done',
          description: 'Jobs.',
          unit: '{job}',
          kind: 'sum',
          monotonic: true,
          points: [{ attributes: { kind: 'a' }, value: 3 }],
        },
        {
          ...none,
          name: 'durations',
          unit: 's',
          kind: 'histogram',
          points: [
            {
              attributes: {},
              histogram: { count: 3, sum: 11, min: 0.5, max: 9, bounds: [1, 2], counts: [1, 1, 1] },
            },
          ],
        },
        {
          name: 'heat',
          description: '',
          unit: 'Cel',
          kind: 'gauge',
          points: [{ attributes: {}, value: 20.5 }],
        },
        {
          ...none,
          name: 'sizes',
          kind: 'exponential histogram',
          points: [
            {
              attributes: {},
              exponential: {
                count: 3,
                sum: 5,
                min: 0,
                max: 4,
                scale: brief[4]?.points[0]?.exponential?.scale,
                zeroCount: 1,
                positive: brief[4]?.points[0]?.exponential?.positive,
                negative: { offset: 0, counts: [] },
              },
            },
          ],
        },
      ]);
      const { counts } = brief[4]?.points[0]?.exponential?.positive ?? { counts: [] };
      expect(counts.reduce((sum, count) => sum + count, 0)).to.equal(2);
    });
  }
});

class OneTimeReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  }

  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}
