import { expect } from 'chai';
import { BoundedHistory } from '../../page/bounded-history.js';
import type { EventRecord, SenderRecord, SpanRecord } from '../../page/client/feed-message.js';
import { EventHistory } from '../../page/event-history.js';
import { exponentialBounds, exponentialCounts } from '../../page/exponential-buckets.js';
import { HistoryIntake } from '../../page/history-intake.js';
import type { ReceivedLogRecord, ReceivedMetric, ReceivedSpan } from '../../page/intake.js';
import { MetricHistory } from '../../page/metric-history.js';
import { MetricStreams } from '../../page/metric-streams.js';
import { Senders } from '../../page/senders.js';
import { SpanHistory } from '../../page/span-history.js';
import { logRecordOf, metricOf, NOW, pointOf, spanOf } from '../received.js';

const SECOND = 1_000_000_000n;

function taking(limits = { count: 100, bytes: 1_000_000 }) {
  const spans = new SpanHistory(limits, () => {});
  const events = new EventHistory(limits, { event: () => {}, spans });
  const points = new MetricHistory(() => {});
  const metrics = new MetricStreams(points);
  const told: SenderRecord[] = [];
  const senders = new Senders((sender) => told.push(sender));
  const intake = new HistoryIntake({ senders, spans, events, metrics });
  return { spans, events, points, told, senders, intake };
}

/** As a reader of the feed gets it. */
function sent<T>(record: T): T {
  return JSON.parse(JSON.stringify(record));
}

describe('the intake of the page', () => {
  it('keeps a span with all that it says, as JSON can say it', () => {
    const { intake, spans } = taking();
    const received: ReceivedSpan = spanOf({
      parentSpanId: 'b7ad6b7169203331',
      kind: 2,
      endNanos: NOW + 1_500_000n,
      attributes: { big: 2n ** 60n, small: 7n, bytes: new Uint8Array([1, 2]), not: Number.NaN },
      events: [{ timeNanos: NOW + 1n, name: 'retry', attributes: { list: [1n, { a: 2n }] } }],
      links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), attributes: {} }],
      status: { code: 2, message: 'no' },
    });
    intake.span(received);
    const [record] = sent(spans.spans());
    const { end, events: [event] = [], ...rest } = record as SpanRecord;
    expect(rest).to.deep.equal({
      service: 'shop',
      instance: 'one',
      scope: 'spec',
      traceId: received.traceId,
      spanId: received.spanId,
      parentId: 'b7ad6b7169203331',
      name: 'work',
      kind: 'SERVER',
      start: Number(NOW / 1_000_000n),
      status: 'ERROR',
      statusMessage: 'no',
      attributes: { big: '1152921504606846976', small: 7, bytes: 'AQI=', not: 'NaN' },
      links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }],
    });
    expect(end).to.equal(rest.start + 1.5);
    expect(event).to.deep.include({ name: 'retry', attributes: { list: [1, { a: 2 }] } });
  });

  it('keeps a span that came twice once, and one that ends before it starts as a moment', () => {
    const { intake, spans } = taking();
    intake.span(spanOf({ name: 'first' }));
    intake.span(spanOf({ name: 'again', endNanos: NOW - SECOND }));
    const [record, ...more] = spans.spans();
    expect(more).to.deep.equal([]);
    expect(record).to.include({ name: 'again', end: record?.start });
  });

  it('takes what an event says of its span, whichever of them comes first', () => {
    const record: ReceivedLogRecord = logRecordOf({ attributes: { result: 'terminated' } });
    const before = taking();
    before.intake.logRecord(record);
    before.intake.span(spanOf());
    const after = taking();
    after.intake.span(spanOf());
    after.intake.logRecord(record);
    for (const { spans } of [before, after]) {
      expect(spans.spans().map(({ result }) => result)).to.deep.equal(['terminated']);
    }
  });

  it('keeps log records as the lines that otel-exec would write', () => {
    const { intake, events } = taking();
    intake.logRecord(logRecordOf({ timeNanos: 0n, observedNanos: NOW, body: { a: 1n } }));
    const [event] = [...events.events()] as [EventRecord];
    expect(event).to.deep.include({ time: Number(NOW / 1_000_000n), service: 'shop', severity: 9 });
    expect(JSON.parse(event.line)).to.deep.equal({
      timestamp: '2026-01-01T00:00:00.000Z',
      level: 'INFO',
      fields: { message: { a: '1' } },
      target: 'spec',
    });
  });
});

describe('the senders that the page knows', () => {
  it('are told once each, and again where their resource is another one', () => {
    const { intake, told, senders } = taking();
    const sender = (version: number) => ({ service: 'shop', attributes: { version } });
    for (const version of [1n, 1, 2] as number[]) {
      intake.span(spanOf({ sender: sender(version) }));
      intake.logRecord(logRecordOf({ sender: sender(version) }));
    }
    intake.metric(metricOf());
    expect(told.map(({ attributes }) => attributes.version)).to.deep.equal([1, 2, undefined]);
    expect([...senders.all()]).to.deep.equal(told.slice(1));
    for (let instance = 0; instance < 600; instance++) {
      intake.span(spanOf({ sender: { ...sender(1), instance: `${instance}` } }));
    }
    expect([...senders.all()]).to.have.length(500);
  });
});

describe('what is open elsewhere', () => {
  const started = () =>
    logRecordOf({
      eventName: 'child_process.start',
      attributes: { 'process.executable.name': 'make' },
    });
  const running = (age: number) =>
    logRecordOf({
      eventName: 'child_process.running',
      timeNanos: NOW + BigInt(age) * 1_000_000n,
      attributes: { age_ms: age },
    });
  const start = Number(NOW / 1_000_000n);

  it('is open from its start event on, until its span comes', () => {
    const { intake, spans } = taking();
    intake.logRecord(started());
    expect(sent(spans.spans())).to.deep.equal([
      {
        traceId: spanOf().traceId,
        spanId: spanOf().spanId,
        service: 'shop',
        instance: 'one',
        scope: 'spec',
        name: 'child_process',
        kind: 'INTERNAL',
        status: 'UNSET',
        start,
        told: true,
        attributes: { 'process.executable.name': 'make' },
      },
    ]);
    intake.span(spanOf({ endNanos: NOW + SECOND }));
    intake.logRecord(started());
    const [span, ...more] = spans.spans();
    expect(more).to.deep.equal([]);
    expect(span).to.include({ name: 'work', end: start + 1_000 });
    expect(span).not.to.have.property('told');
  });

  it('began as long ago as its heartbeat says, and is lost when three of them are missed', () => {
    const { intake, spans } = taking();
    intake.logRecord(running(10_000));
    expect(spans.spans()[0]).to.include({ start, heard: start + 10_000, told: true });
    expect(spans.spans()[0]?.silentAfter).to.equal(start + 10_000 + 30_000 + 15_000);
  });

  it('has ended when its event says so, before its span has come', () => {
    const { intake, spans } = taking();
    intake.logRecord(started());
    const attributes = { result: 'error', duration_ms: 2_000 };
    const timeNanos = NOW + 2n * SECOND;
    intake.logRecord(logRecordOf({ eventName: 'child_process.exit', timeNanos, attributes }));
    expect(spans.spans()).to.have.length(1);
    expect(spans.spans()[0]).to.include({ end: start + 2_000, result: 'error', told: true });
  });

  it('is lost when the next start of its host tells so, in a child of its span', () => {
    const { intake, spans } = taking();
    intake.logRecord(started());
    const parentSpanId = spanOf().spanId;
    const attributes = { 'error.type': 'host_lost' };
    const spanId = '00f067aa0ba902b8';
    intake.span(
      spanOf({
        spanId,
        parentSpanId,
        startNanos: NOW + SECOND,
        endNanos: NOW + 9n * SECOND,
        attributes,
      }),
    );
    const [open] = spans.spans();
    expect(open).to.include({ spanId: parentSpanId, end: start + 9_000 });
    expect(open?.attributes).to.include({ 'error.type': 'host_lost' });
  });
});

describe('the metrics that the page takes in', () => {
  const sums = (metric: ReceivedMetric, ...more: ReceivedMetric[]) => {
    const { intake, points } = taking();
    for (const one of [metric, ...more]) intake.metric(one);
    return [...points.points()].map(({ value }) => value);
  };
  const at = (seconds: number, value: number, started = 0) =>
    pointOf({
      startNanos: NOW + BigInt(started) * SECOND,
      timeNanos: NOW + BigInt(seconds) * SECOND,
      value,
    });

  it('adds up deltas, and goes on after a restart where sums are cumulative', () => {
    const temporality = 'delta';
    const delta = [1, 2].map((second) =>
      metricOf({ temporality, points: [at(second, 5, second - 1)] }),
    );
    expect(sums(delta[0] as ReceivedMetric, delta[1] as ReceivedMetric)).to.deep.equal([0, 5, 10]);
    expect(
      sums(
        metricOf({ points: [at(1, 5)] }),
        metricOf({ points: [at(2, 8)] }),
        metricOf({ points: [at(4, 1, 3)] }),
      ),
    ).to.deep.equal([0, 5, 8, 9]);
  });

  it('goes on after a restart as another instance, and forgets the level of the one that is gone', () => {
    const of = (instance: string, seconds: number, value: number, monotonic: boolean) => {
      const sender = { service: 'shop', instance, attributes: {} };
      return metricOf({ sender, monotonic, points: [at(seconds, value)] });
    };
    for (const [monotonic, wanted] of [
      [true, [0, 3, 4, 5, 6]],
      [false, [3, 4, 5, 2]],
    ] as const) {
      expect(
        sums(
          of('one', 1, 3, monotonic),
          of('one', 2, 4, monotonic),
          of('two', 3, 1, monotonic),
          of('two', 60, 2, monotonic),
        ),
      ).to.deep.equal(wanted);
    }
  });

  it('keeps senders apart, and reads exponential histograms into buckets', () => {
    const { intake, points } = taking();
    const buckets = { offset: 0, counts: [0, 4] };
    const none = { offset: 0, counts: [] };
    const exponential = { count: 5, scale: 0, zeroCount: 1, positive: buckets, negative: none };
    for (const service of ['a', 'b']) {
      const sender = { service, attributes: {} };
      intake.metric(
        metricOf({ sender, kind: 'exponential histogram', points: [{ ...at(1, 0), exponential }] }),
      );
    }
    expect(points.instruments().map(({ key }) => key)).to.deep.equal(['a\nwork', 'b\nwork']);
    const counts = exponentialCounts(exponential);
    expect(points.last('a\nwork')?.value).to.deep.equal(counts);
    expect(counts[0]).to.equal(1);
    const bucket = counts.indexOf(4);
    expect(exponentialBounds[bucket - 1]).to.be.at.least(2);
    expect(exponentialBounds[bucket]).to.be.at.most(4);
  });
});

describe('a bounded history that tells what it forgets', () => {
  it('tells of each value once', () => {
    const forgotten: number[] = [];
    const history = new BoundedHistory<number>({ count: 2, bytes: 10 }, (value) => {
      forgotten.push(value);
    });
    for (const value of [1, 2, 3, 20]) history.put(value, value);
    expect(forgotten).to.deep.equal([1, 2, 3, 20]);
  });
});
