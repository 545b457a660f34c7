import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import type { MetricPoint } from '../../page/client/feed-message.js';
import { MetricCurves } from '../../page/client/metric-curves.js';
import { quantileOf } from '../../page/client/quantile.js';
import { MetricHistory } from '../../page/metric-history.js';
import { HistoryMetricReader } from '../../page/metric-reader.js';
import { MetricStreams } from '../../page/metric-streams.js';

function measuring(wanted?: readonly string[]) {
  const told: MetricPoint[] = [];
  const history = new MetricHistory((point) => told.push(point), wanted);
  const reader = new HistoryMetricReader(new MetricStreams(history));
  const provider = new MeterProvider({ readers: [reader] });
  const values = () =>
    Object.fromEntries(
      history.instruments().map(({ key }) => [key, history.last(key)?.value] as const),
    );
  return { told, history, values, reader, provider, meter: provider.getMeter('spec') };
}

describe('the metric reader of the page', () => {
  it('reads counts, levels and buckets of whatever metrics there are, over all their attributes', async () => {
    const { told, history, values, reader, provider, meter } = measuring();
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
    const first = {
      'work.duration': [1, 1, 1],
      'work.done': 3,
      'work.active': 3,
      'work.heat': 70,
    };
    expect(values()).to.deep.equal(first);
    active.add(-1, { kind: 'b' });
    await reader.read();
    expect(values()).to.deep.equal({ ...first, 'work.active': 2 });
    expect(history.instruments()).to.deep.equal([
      { key: 'work.duration', name: 'work.duration', unit: 's', kind: 'histogram', bounds: [1, 2] },
      { key: 'work.done', name: 'work.done', unit: '{job}', kind: 'count' },
      { key: 'work.active', name: 'work.active', unit: '', kind: 'level' },
      { key: 'work.heat', name: 'work.heat', unit: 'Cel', kind: 'level' },
    ]);
    expect([...history.points()].filter((point) => !told.includes(point))).to.deep.equal([]);
    const [before, after] = told.filter(({ key }) => key === 'work.duration').slice(-2);
    expect(after?.value).to.equal(before?.value);
    await provider.shutdown();
  });

  it('adds up metrics of one name that count alike, and leaves others of that name alone', async () => {
    const { values, reader, provider } = measuring();
    provider.getMeter('one').createCounter('done').add(1);
    provider.getMeter('two').createCounter('done').add(2);
    provider.getMeter('three').createUpDownCounter('done').add(40);
    await reader.read();
    expect(values()).to.deep.equal({ done: 3 });
    await provider.shutdown();
  });

  it('keeps no more than the metrics that are wanted, or else the first sixty-four', async () => {
    const { values, reader, provider, meter } = measuring();
    for (let index = 0; index < 70; index++) meter.createCounter(`c${index}`).add(1);
    await reader.read();
    await provider.shutdown();
    expect(Object.keys(values())).to.have.length(64);
    const some = measuring(['c7']);
    for (let index = 0; index < 70; index++) some.meter.createCounter(`c${index}`).add(1);
    await some.reader.read();
    await some.provider.shutdown();
    expect(some.values()).to.deep.equal({ c7: 1 });
  });

  it('begins with nothing, so that what happened before it first read has grown from there', async () => {
    const { history, reader, provider, meter } = measuring();
    meter.createCounter('done').add(5);
    await reader.read();
    expect([...history.points()].map(({ value }) => value)).to.deep.equal([0, 5]);
    await provider.shutdown();
  });
});

describe('the metric curves of the page', () => {
  it('gives rates and percentiles of the stretch before each edge, and nothing where nothing is known', () => {
    const curves = new MetricCurves();
    const instruments = [
      { key: 'done', name: 'done', unit: '', kind: 'count' },
      { key: 'failed', name: 'failed', unit: '', kind: 'count' },
      { key: 'active', name: 'active', unit: '', kind: 'level' },
      { key: 'duration', name: 'duration', unit: 's', kind: 'histogram', bounds: [1, 2] },
    ] as const;
    const told = [
      { time: 1_000, values: { done: 0, failed: 0, active: 0, duration: [0, 0, 0] } },
      { time: 2_000, values: { done: 10, failed: 0, active: 4, duration: [5, 5, 0] } },
      { time: 3_000, values: { done: 10, failed: 1, active: 4, duration: [5, 5, 0] } },
      { time: 4_000, values: { done: 10, failed: 2, active: 0, duration: [5, 5, 0] } },
    ];
    const points = told.flatMap(({ time, values }) =>
      Object.entries(values).map(([key, value]) => ({ key, time, value })),
    );
    curves.apply(points, instruments);
    const edges = [0, 2_000, 3_000, 4_000, 9_000];
    expect(curves.rates(edges, 'done', 1_000)).to.deep.equal([undefined, 10, 0, 0, undefined]);
    expect(curves.rates(edges, 'failed', 1_000)).to.deep.equal([undefined, 0, 1, 1, undefined]);
    expect(curves.quantiles(edges, 'duration', 0.5, 1_000)).to.deep.equal([
      undefined,
      1,
      undefined,
      undefined,
      undefined,
    ]);
    expect(curves.levels([2_000, 3_000, 4_000], 'active')).to.deep.equal([4, 4, 0]);
    expect(curves.levels([2_000], 'nothing')).to.deep.equal([undefined]);
  });

  it('takes a percentile as Prometheus does: linear within a bucket, the last bound at most', () => {
    expect(quantileOf([0, 10, 0], [1, 2], 0.5)).to.equal(1.5);
    expect(quantileOf([10, 10, 0], [1, 2], 0.95)).to.equal(1.9);
    expect(quantileOf([0, 0, 4], [1, 2], 0.99)).to.equal(2);
    expect(quantileOf([0, 0, 0], [1, 2], 0.5)).to.equal(undefined);
  });
});
