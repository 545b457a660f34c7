import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import type { MetricPoint } from '../../page/client/feed-message.js';
import { MetricHistory, quantileOf } from '../../page/client/metric-history.js';
import { HistoryMetricReader } from '../../page/metric-reader.js';

function measuring(wanted?: readonly string[]) {
  const told: MetricPoint[] = [];
  const reader = new HistoryMetricReader((point) => told.push(point), wanted);
  const provider = new MeterProvider({ readers: [reader] });
  return { told, reader, provider, meter: provider.getMeter('spec') };
}

describe('the metric reader of the page', () => {
  it('reads counts, levels and buckets of whatever metrics there are, over all their attributes', async () => {
    const { told, reader, provider, meter } = measuring();
    const advice = { explicitBucketBoundaries: [1, 2] };
    const durations = meter.createHistogram('work.duration', { unit: 's', advice });
    const done = meter.createCounter('work.done', { unit: '{job}' });
    const active = meter.createUpDownCounter('work.active');
    meter.createObservableGauge('work.heat', { unit: 'Cel' }).addCallback((result) => {
      for (const [room, heat] of [20, 70, 30].entries()) result.observe(heat, { room });
    });
    for (const [kind, seconds] of [
      ['a', 0.5],
      ['b', 1.5],
      ['b', 9],
    ] as const) {
      durations.record(seconds, { kind });
      done.add(1, { kind });
    }
    active.add(3, { kind: 'a' });
    await reader.read();
    active.add(-1, { kind: 'b' });
    await reader.read();
    const first = {
      'work.duration': [1, 1, 1],
      'work.done': 3,
      'work.active': 3,
      'work.heat': 70,
    };
    expect(told.map(({ values }) => values)).to.deep.equal([
      {},
      first,
      { ...first, 'work.active': 2 },
    ]);
    expect(reader.instruments()).to.deep.equal([
      { name: 'work.duration', unit: 's', kind: 'histogram', bounds: [1, 2] },
      { name: 'work.done', unit: '{job}', kind: 'count' },
      { name: 'work.active', unit: '', kind: 'level' },
      { name: 'work.heat', unit: 'Cel', kind: 'level' },
    ]);
    expect(reader.points()).to.deep.equal(told);
    expect(told[2]?.values['work.duration']).to.equal(told[1]?.values['work.duration']);
    await provider.shutdown();
  });

  it('adds up metrics of one name that count alike, and leaves others of that name alone', async () => {
    const { reader, provider } = measuring();
    provider.getMeter('one').createCounter('done').add(1);
    provider.getMeter('two').createCounter('done').add(2);
    provider.getMeter('three').createUpDownCounter('done').add(40);
    await reader.read();
    expect(reader.points().at(-1)?.values).to.deep.equal({ done: 3 });
    await provider.shutdown();
  });

  it('keeps no more than the metrics that are wanted, or else the first thirty-two', async () => {
    const { reader, provider, meter } = measuring();
    for (let index = 0; index < 40; index++) meter.createCounter(`c${index}`).add(1);
    await reader.read();
    await provider.shutdown();
    expect(reader.instruments()).to.have.length(32);
    expect(Object.keys(reader.points().at(-1)?.values ?? {})).to.have.length(32);
    const some = measuring(['c7']);
    for (let index = 0; index < 40; index++) some.meter.createCounter(`c${index}`).add(1);
    await some.reader.read();
    await some.provider.shutdown();
    expect(some.reader.points().at(-1)?.values).to.deep.equal({ c7: 1 });
  });

  it('begins with nothing, so that what happened before it first read has grown from there', async () => {
    const { reader, provider, meter } = measuring();
    meter.createCounter('done').add(5);
    await reader.read();
    const [start, read] = reader.points();
    const history = new MetricHistory();
    history.apply([{ time: 1_000, values: start?.values ?? {} }], reader.instruments());
    history.apply([{ time: 2_000, values: read?.values ?? {} }], reader.instruments());
    expect(history.rates([2_000], 'done', 1_000)).to.deep.equal([5]);
    await provider.shutdown();
  });

  it('keeps the beginning and the end of a time in which nothing happened', async () => {
    const { reader, provider } = measuring();
    for (let times = 0; times < 5; times++) await reader.read();
    expect(reader.points()).to.have.length(2);
    await provider.shutdown();
  });
});

describe('the metric history of the page', () => {
  it('gives rates and percentiles of the stretch before each edge, and nothing where nothing is known', () => {
    const history = new MetricHistory();
    const instruments = [
      { name: 'done', unit: '', kind: 'count' },
      { name: 'failed', unit: '', kind: 'count' },
      { name: 'active', unit: '', kind: 'level' },
      { name: 'duration', unit: 's', kind: 'histogram', bounds: [1, 2] },
    ] as const;
    const points = [
      { time: 1_000, values: { done: 0, active: 0, duration: [0, 0, 0] } },
      { time: 2_000, values: { done: 10, active: 4, duration: [5, 5, 0] } },
      { time: 4_000, values: { done: 10, active: 0, duration: [5, 5, 0], failed: 2 } },
    ];
    history.apply(points, instruments);
    const edges = [0, 2_000, 3_000, 4_000, 9_000];
    expect(history.rates(edges, 'done', 1_000)).to.deep.equal([undefined, 10, 0, 0, undefined]);
    expect(history.rates(edges, 'failed', 1_000)).to.deep.equal([undefined, 0, 1, 1, undefined]);
    expect(history.quantiles(edges, 'duration', 0.5, 1_000)).to.deep.equal([
      undefined,
      1,
      undefined,
      undefined,
      undefined,
    ]);
    expect(history.levels([2_000, 3_000, 4_000], 'active')).to.deep.equal([4, 4, 0]);
    expect(history.levels([2_000], 'nothing')).to.deep.equal([undefined]);
  });

  it('takes a percentile as Prometheus does: linear within a bucket, the last bound at most', () => {
    expect(quantileOf([0, 10, 0], [1, 2], 0.5)).to.equal(1.5);
    expect(quantileOf([10, 10, 0], [1, 2], 0.95)).to.equal(1.9);
    expect(quantileOf([0, 0, 4], [1, 2], 0.99)).to.equal(2);
    expect(quantileOf([0, 0, 0], [1, 2], 0.5)).to.equal(undefined);
  });
});
