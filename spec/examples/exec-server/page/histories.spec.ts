import { setImmediate } from 'node:timers/promises';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  BoundedHistory,
  type HistoryLimits,
} from '../../../../examples/exec-server/page/bounded-history.js';
import type { SpanRecord } from '../../../../examples/exec-server/page/client/feed-message.js';
import { Feed } from '../../../../examples/exec-server/page/feed.js';
import { SpanHistory } from '../../../../examples/exec-server/page/span-history.js';

const LIMITS = { count: 3, bytes: 10_000 };

function tracing() {
  const told: SpanRecord[] = [];
  const history = new SpanHistory(LIMITS, (span) => told.push(span.record()));
  const provider = new TracerProvider({ spanProcessors: [history] });
  return { told, history, tracer: provider.getTracer('spec') };
}

/** Records as they reach the page: members that are undefined don't. */
function asSent(records: readonly SpanRecord[]): unknown {
  return JSON.parse(JSON.stringify(records));
}

describe('a bounded history', () => {
  it('keeps the newest values that fit, whatever their sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 120 })), (sizes) => {
        const history = new BoundedHistory<{ bytes: number }>({ count: 5, bytes: 100 });
        const values = sizes.map((bytes) => ({ bytes }));
        for (const value of values) history.put(value, value.bytes);
        const kept = history.values();
        expect(kept).to.deep.equal(newest(values, { count: 5, bytes: 100 }));
        expect(history.size).to.equal(kept.length);
        expect(history.bytes).to.equal(sum(kept));
      }),
    );
  });

  it('is the same after very many', () => {
    const history = new BoundedHistory<number>(LIMITS);
    for (let value = 0; value < 100_000; value++) history.put(value, 1);
    expect(history.values()).to.deep.equal([99_997, 99_998, 99_999]);
    expect(history.bytes).to.equal(3);
  });
});

function sum(values: readonly { readonly bytes: number }[]): number {
  return values.reduce((total, { bytes }) => total + bytes, 0);
}

/** The longest end of some values that fits; by definition, and slowly. */
function newest<T extends { readonly bytes: number }>(values: readonly T[], limits: HistoryLimits) {
  const ends = values.map((_, start) => values.slice(start));
  return ends.find((end) => end.length <= limits.count && sum(end) <= limits.bytes) ?? [];
}

describe('the span history of the page', () => {
  it('tells of a span when it starts, when an event says something of it, and when it ends', () => {
    const { told, history, tracer } = tracing();
    const span = tracer.startSpan('exec_server.process', { startTime: [1, 500_000_000] });
    const { traceId, spanId } = span.spanContext();
    span.setAttribute('process.pid', 7);
    history.note(spanId, { result: undefined, processId: 'p' });
    history.note(spanId, { result: 'terminated', processId: undefined });
    span.end([2, 250_000]);
    const begun = { traceId, spanId, name: 'exec_server.process', kind: 'INTERNAL', start: 1_500 };
    const noted = { ...begun, status: 'UNSET', attributes: { 'process.pid': 7 }, processId: 'p' };
    expect(asSent(told)).to.deep.equal([
      { ...begun, status: 'UNSET', attributes: {} },
      noted,
      { ...noted, result: 'terminated' },
      { ...noted, result: 'terminated', end: 2_000.25 },
    ]);
    expect(history.spans()).to.deep.equal(told.slice(-1));
  });

  it('forgets the spans that ended first, but not one that is open', () => {
    const { history, tracer } = tracing();
    const open = tracer.startSpan('open', { startTime: 1 });
    for (let index = 0; index < 10; index++) {
      tracer.startSpan(`short ${index}`, { startTime: 10 + index }).end(20 + index);
    }
    const names = () => history.spans().map(({ name }) => name);
    expect(names()).to.deep.equal(['open', 'short 7', 'short 8', 'short 9']);
    open.end(100);
    expect(names()).to.deep.equal(['open', 'short 8', 'short 9']);
  });

  it('keeps no more bytes than it may', () => {
    const { history, tracer } = tracing();
    for (let index = 0; index < 3; index++) {
      tracer.startSpan(`${index}`, { attributes: { text: 'x'.repeat(4_000) } }).end();
    }
    expect(history.spans().map(({ name }) => name)).to.deep.equal(['1', '2']);
  });
});

describe('the feed of the page', () => {
  it('makes no record while nobody reads', async () => {
    const feed = new Feed({
      spans: () => [],
      events: () => [],
      points: () => [],
      bounds: () => ({ request: [], process: [] }),
    });
    const made: string[] = [];
    const recorded = (name: string) => ({ record: () => made.push(name) as never });
    feed.span(recorded('span'));
    feed.event(recorded('event'));
    await setImmediate();
    expect(made).to.deep.equal([]);
  });
});
