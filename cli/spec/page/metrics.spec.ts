import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { ExecTelemetry } from 'otel-exec';
import type { MetricPoint } from '../../../../examples/exec-server/page/client/feed-message.js';
import {
  MetricHistory,
  quantileOf,
} from '../../../../examples/exec-server/page/client/metric-history.js';
import { HistoryMetricReader } from '../../../../examples/exec-server/page/metric-reader.js';
import { FakeClock } from '../../../fake-clock.js';

const IDLE = { activeRequests: 0, activeProcesses: 0, requestBuckets: [], processBuckets: [] };

describe('the metric reader of the page', () => {
  it('reads counts, actives and buckets from the real instruments', async () => {
    const told: MetricPoint[] = [];
    const reader = new HistoryMetricReader((point) => told.push(point));
    const meterProvider = new MeterProvider({ readers: [reader] });
    const clock = new FakeClock();
    const telemetry = new ExecTelemetry({ meterProvider, clock, methods: ['a', 'b'] });
    for (const method of ['a', 'b']) {
      const request = telemetry.request({ id: 1, method });
      clock.advance(3);
      request.settle({ result: 'success' });
    }
    telemetry.request({ id: 2, method: 'a' });
    const process = telemetry.process({ id: 'p' });
    await reader.read();
    clock.advance(400);
    process.exited(0, null);
    await reader.read();
    const { bounds } = reader;
    const [first, second] = told;
    expect(first).to.include({ requests: 2, activeRequests: 1, processes: 0, activeProcesses: 1 });
    expect(second).to.include({ requests: 2, activeRequests: 1, processes: 1, activeProcesses: 0 });
    expect(second?.requestBuckets[bounds.request.indexOf(0.005)]).to.equal(2);
    expect(second?.processBuckets[bounds.process.indexOf(0.5)]).to.equal(1);
    expect(reader.points()).to.deep.equal(told);
    await meterProvider.shutdown();
  });

  it('keeps the beginning and the end of a time in which nothing happened', async () => {
    const reader = new HistoryMetricReader(() => {});
    const meterProvider = new MeterProvider({ readers: [reader] });
    for (let times = 0; times < 5; times++) await reader.read();
    expect(reader.points()).to.have.length(2);
    await meterProvider.shutdown();
  });
});

describe('the metric history of the page', () => {
  it('gives rates and percentiles of the stretch before each edge, and nothing where nothing is known', () => {
    const history = new MetricHistory();
    const points = [
      { ...IDLE, time: 1_000, requests: 0, processes: 0, requestBuckets: [0, 0, 0] },
      { ...IDLE, time: 2_000, requests: 10, processes: 0, requestBuckets: [5, 5, 0] },
      { ...IDLE, time: 4_000, requests: 10, processes: 2, requestBuckets: [5, 5, 0] },
    ];
    history.apply(points, { request: [1, 2], process: [] });
    const edges = [0, 2_000, 3_000, 4_000, 9_000];
    expect(history.rates(edges, 'requests', 1_000)).to.deep.equal([undefined, 10, 0, 0, undefined]);
    expect(history.rates(edges, 'processes', 1_000)).to.deep.equal([undefined, 0, 1, 1, undefined]);
    expect(history.quantiles(edges, 'request', 0.5, 1_000)).to.deep.equal([
      undefined,
      1,
      undefined,
      undefined,
      undefined,
    ]);
    expect(history.actives([2_000], 'activeRequests')).to.deep.equal([0]);
  });

  it('takes a percentile as Prometheus does: linear within a bucket, the last bound at most', () => {
    expect(quantileOf([0, 10, 0], [1, 2], 0.5)).to.equal(1.5);
    expect(quantileOf([10, 10, 0], [1, 2], 0.95)).to.equal(1.9);
    expect(quantileOf([0, 0, 4], [1, 2], 0.99)).to.equal(2);
    expect(quantileOf([0, 0, 0], [1, 2], 0.5)).to.equal(undefined);
  });
});
