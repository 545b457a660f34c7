import { TracerProvider } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import fc from 'fast-check';
import { BoundedHistory } from '../../../../examples/exec-server/page/bounded-history.js';
import type { SpanRecord } from '../../../../examples/exec-server/page/client/feed-message.js';
import { SpanHistory } from '../../../../examples/exec-server/page/span-history.js';

const LIMITS = { count: 3, bytes: 10_000 };

function tracing() {
  const told: SpanRecord[] = [];
  const history = new SpanHistory(LIMITS, (span) => told.push(span));
  const provider = new TracerProvider({ spanProcessors: [history] });
  return { told, history, tracer: provider.getTracer('spec') };
}

describe('a bounded history', () => {
  it('keeps the newest entries that fit, whatever their sizes', () => {
    const entries = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 50 })),
    );
    fc.assert(
      fc.property(entries, (puts) => {
        const history = new BoundedHistory<number, number>({ count: 5, bytes: 100 });
        for (const [key, bytes] of puts) history.put(key, bytes, bytes);
        const newest = [
          ...new Map(
            puts
              .toReversed()
              .reverse()
              .map(([key, bytes], at) => [key, { bytes, at }]),
          ),
        ];
        const inOrder = newest.sort(([, a], [, b]) => a.at - b.at).map(([, { bytes }]) => bytes);
        const kept = [...history.values()];
        expect(kept).to.deep.equal(kept.length === 0 ? [] : inOrder.slice(-kept.length));
        expect(history.bytes).to.equal(kept.reduce((sum, bytes) => sum + bytes, 0));
        expect(history.bytes).to.be.at.most(100);
        expect(history.size).to.be.at.most(5);
      }),
    );
  });
});

describe('the span history of the page', () => {
  it('tells of a span when it starts, when an event says something of it, and when it ends', () => {
    const { told, history, tracer } = tracing();
    const span = tracer.startSpan('exec_server.process', { startTime: [1, 500_000_000] });
    const { traceId, spanId } = span.spanContext();
    span.setAttribute('process.pid', 7);
    history.note(spanId, { processId: 'p' });
    history.note(spanId, { result: 'terminated' });
    span.end([2, 250_000]);
    const begun = { traceId, spanId, name: 'exec_server.process', kind: 'INTERNAL', start: 1_500 };
    const noted = { ...begun, status: 'UNSET', attributes: { 'process.pid': 7 }, processId: 'p' };
    expect(told).to.deep.equal([
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
