import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import fc from 'fast-check';
import { formatLine } from 'otel-exec/lines';
import { BoundedHistory } from '../../page/bounded-history.js';
import type { EventRecord, SpanRecord } from '../../page/client/feed-message.js';
import { EventHistory } from '../../page/event-history.js';
import type { Recorded } from '../../page/feed.js';
import type { SubjectSource } from '../../page/kept-span.js';
import { HistoryLogRecordProcessor, HistorySpanProcessor } from '../../page/sdk-signals.js';
import { SpanHistory } from '../../page/span-history.js';

const SERVICE = `unknown_service:${process.argv0}`;
const LIMITS = { count: 3, bytes: 10_000 };

/** Knows every subject but those of others. */
const HOST: SubjectSource = {
  subjectAttribute: 'subject',
  find: (subject) => {
    if (subject === 'broken') throw new Error('the host is broken');
    return subject === 'of others' ? undefined : { name: `the ${subject}`, actionable: true };
  },
};

/** As a reader of the feed gets it. */
function sent<T>(record: T): T {
  return JSON.parse(JSON.stringify(record));
}

function tracing(limits = LIMITS) {
  const told: SpanRecord[] = [];
  const history = new SpanHistory(limits, (span) => told.push(sent(span.record())), HOST);
  const provider = new TracerProvider({ spanProcessors: [new HistorySpanProcessor(history)] });
  return { told, history, tracer: provider.getTracer('spec') };
}

function logging(limits = LIMITS) {
  const told: Recorded<EventRecord>[] = [];
  const records: ReadableLogRecord[] = [];
  const spans = { note: () => {}, tell: () => {}, tellEnd: () => {} };
  const history = new EventHistory(limits, { event: (event) => told.push(event), spans });
  const processor = new HistoryLogRecordProcessor(history);
  const keep = {
    onEmit: (record: ReadableLogRecord) => void records.push(record),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const provider = new LoggerProvider({ processors: [keep, processor] });
  return { told, records, history, processor, logger: provider.getLogger('spec') };
}

/** Counts who reads some of its members. */
function watched<T extends object>(open: T, names: readonly string[]): { it: T; reads: string[] } {
  const reads: string[] = [];
  const it = new Proxy(open, {
    get(target, name) {
      if (names.includes(String(name))) reads.push(String(name));
      return Reflect.get(target, name, target);
    },
  });
  return { it, reads };
}

describe('a bounded history', () => {
  it('keeps the newest entries that fit, whatever their sizes', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 120 }));
    fc.assert(
      fc.property(sizes, (puts) => {
        const history = new BoundedHistory<number>({ count: 5, bytes: 100 });
        for (const bytes of puts) history.put(bytes, bytes);
        const fitting: number[] = [];
        for (const bytes of puts.toReversed()) {
          const sum = fitting.reduce((total, one) => total + one, bytes);
          if (fitting.length === 5 || sum > 100) break;
          fitting.unshift(bytes);
        }
        expect(history.values()).to.deep.equal(fitting);
        expect(history.bytes).to.equal(fitting.reduce((sum, bytes) => sum + bytes, 0));
        expect(history.size).to.equal(fitting.length);
      }),
    );
  });

  it('still does after it has gone round a thousand times', () => {
    const history = new BoundedHistory<number>({ count: 100, bytes: 10_000 });
    for (let value = 0; value < 100_050; value++) history.put(value, value % 50);
    expect(history.values()).to.deep.equal(Array.from({ length: 100 }, (_, at) => 99_950 + at));
    expect(history.bytes).to.equal(2 * (49 * 25));
    for (let value = 0; value < 100_000; value++) history.put(value, 3_000);
    expect(history.values()).to.deep.equal([99_997, 99_998, 99_999]);
    expect(history.bytes).to.equal(9_000);
  });
});

describe('the span history of the page', () => {
  it('tells of a span when it starts, when an event says something of it, and when it ends', () => {
    const { told, history, tracer } = tracing();
    const span = tracer.startSpan('job', { startTime: [1, 500_000_000] });
    const { traceId, spanId } = span.spanContext();
    span.setAttribute('process.pid', 7);
    history.note({ traceId, spanId }, { subject: 'p' });
    history.note({ traceId, spanId }, { result: 'terminated' });
    span.end([2, 250_000]);
    const sender = { service: SERVICE, scope: 'spec' };
    const begun = { traceId, spanId, ...sender, name: 'job', kind: 'INTERNAL', start: 1_500 };
    const hosted = { subject: 'p', name: 'the p', actionable: true, hasOutput: false };
    const noted = { ...begun, status: 'UNSET', attributes: { 'process.pid': 7 }, hosted };
    expect(told).to.deep.equal([
      { ...begun, status: 'UNSET', attributes: {} },
      noted,
      { ...noted, result: 'terminated' },
      { ...noted, result: 'terminated', end: 2_000.25, hosted: { ...hosted, actionable: false } },
    ]);
    expect(sent(history.spans())).to.deep.equal(told.slice(-1));
  });

  it('asks the host for the subject that a span itself carries, and does without one that fails', () => {
    const { history, tracer } = tracing();
    for (const subject of ['s', 'of others', 'broken']) {
      tracer.startSpan('job', { attributes: { subject } }).end();
    }
    expect(history.spans().map(({ hosted }) => hosted?.name)).to.deep.equal([
      'the s',
      undefined,
      undefined,
    ]);
  });

  it('forgets the spans that ended first, but not one that is open', () => {
    const { history, tracer } = tracing();
    const open = tracer.startSpan('open', { startTime: [1, 0] });
    for (let index = 0; index < 10_000; index++) {
      tracer.startSpan(`short ${index}`, { startTime: [10 + index, 0] }).end([20 + index, 0]);
    }
    const names = () => history.spans().map(({ name }) => name);
    expect(names()).to.deep.equal(['open', 'short 9997', 'short 9998', 'short 9999']);
    open.end([100_000, 0]);
    expect(names()).to.deep.equal(['open', 'short 9998', 'short 9999']);
  });

  it('forgets the oldest of the open ones where they are too many', () => {
    const { history, tracer } = tracing({ count: 16, bytes: 100_000 });
    const spans = Array.from({ length: 17 }, (_, index) =>
      tracer.startSpan(`${index}`, { startTime: [index, 0] }),
    );
    const newest = Array.from({ length: 15 }, (_, index) => `${index + 2}`);
    expect(history.spans().map(({ name }) => name)).to.deep.equal(newest);
    for (const span of spans) span.end([100, 0]);
    expect(history.spans().map(({ name }) => name)).to.deep.equal(['1', ...newest]);
  });

  it('keeps no more bytes than it may, also of lists', () => {
    const { history, tracer } = tracing();
    const text = 'x'.repeat(2_000);
    for (const many of [text + text, [text, text], [text, text]]) {
      tracer.startSpan('big', { attributes: { many } }).end();
    }
    expect(history.spans().map(({ attributes }) => attributes.many)).to.deep.equal([
      [text, text],
      [text, text],
    ]);
  });

  it('reads a span only once it has ended while nobody asks for it', () => {
    const history = new SpanHistory(LIMITS, () => {});
    const { it, reads } = watched(
      new TracerProvider().getTracer('spec').startSpan('lazy') as unknown as ReadableSpan,
      ['name', 'attributes', 'status', 'startTime'],
    );
    const processor = new HistorySpanProcessor(history);
    processor.onStart(it);
    history.note(it.spanContext(), { subject: 'p', result: 'success' });
    expect(reads).to.deep.equal([]);
    processor.onEnd(it);
    expect(reads.toSorted()).to.deep.equal(['attributes', 'name', 'startTime', 'status']);
    history.spans();
    expect(reads).to.have.length(4);
  });
});

describe('the event history of the page', () => {
  it('has the lines that the record would have been written as, in order, up to its limits', () => {
    const { history, records, logger } = logging();
    for (let index = 0; index < 10_000; index++) {
      logger.emit({
        timestamp: [index, 5_000_000],
        severityNumber: 5,
        eventName: 'spec.event',
        body: `body ${index}`,
        attributes: { index, list: [index, 'two'], none: null },
      });
    }
    const line = (index: number) => formatLine(records[index] as ReadableLogRecord);
    const event = (index: number) => ({
      id: index + 1,
      time: index * 1_000 + 5,
      severity: 5,
      target: 'spec',
      service: SERVICE,
      line: line(index),
    });
    expect(line(9_999)).to.include('"message":"body 9999","event.name":"spec.event","index":9999');
    expect(sent([...history.events()])).to.deep.equal([9_997, 9_998, 9_999].map(event));
    expect([...history.targets()]).to.deep.equal(['spec']);
  });

  it('keeps no more bytes than it may, whatever they are in', () => {
    const { history, logger } = logging();
    const text = 'x'.repeat(4_000);
    logger.emit({ body: 'forgotten', attributes: { text } });
    logger.emit({ body: text });
    logger.emit({ body: { list: [text] } });
    const lines = [...history.events()].map(({ line }) => line);
    expect(lines.map((line) => JSON.parse(line).fields)).to.deep.equal([
      { message: text },
      { message: { list: [text] } },
    ]);
  });

  it('makes no line while nobody asks for one', () => {
    const { history, processor, told } = logging();
    let made = 0;
    const eventName = {
      toString: () => {
        made++;
        return 'spec.event';
      },
    };
    const record = {
      hrTime: [1, 0],
      attributes: {},
      body: 'b',
      instrumentationScope: { name: '' },
      resource: { attributes: {} },
    };
    processor.onEmit({ ...record, eventName } as never);
    expect(made).to.equal(0);
    const [event] = [...history.events()];
    expect(event?.line).to.include('"event.name":"spec.event"');
    expect(told.map((one) => one.record())).to.deep.equal([event]);
    expect(made).to.equal(1);
  });
});
