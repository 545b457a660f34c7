import { expect } from 'chai';
import { dashboard, interpolate, prometheusTargets } from './dashboard.js';
import { poll } from './poll.js';
import { needPrometheus, type Prometheus, type Sample } from './prometheus.js';
import { Scene } from './scene.js';

const ALL = '.+';
const DEFAULT = ' or vector(0)';
const values = (job: string) => ({ job, instance: ALL, method: ALL, __rate_interval: '15s' });

describe('the dashboard, on a real Prometheus', () => {
  let scene: Scene | undefined;
  let prometheus: Prometheus;

  before(async function () {
    needPrometheus(this);
    scene = await Scene.start();
    prometheus = scene.prometheus;
  });

  after(() => scene?.[Symbol.asyncDispose]());

  for (const { panel, target, expr } of prometheusTargets()) {
    const { legendFormat = '' } = target;

    it(`${panel.title} ${target.refId} has data, and every label that its legend names`, async () => {
      const query = interpolate(expr, values('busy')).replaceAll(DEFAULT, '');
      const samples = await poll(() => finite(prometheus, query));
      const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      for (const { metric } of samples) {
        if (legendFormat !== '__auto') expect(Object.keys(metric)).to.have.members(named);
      }
    });

    if (expr.includes(DEFAULT)) {
      it(`${panel.title} ${target.refId} is 0 for a server that nobody has used`, async () => {
        const samples = await prometheus.query(interpolate(expr, values('idle')));
        expect(samples).to.deep.equal([{ metric: {}, value: 0 }]);
      });
    }
  }

  it('shows every outcome', async () => {
    const results = async (metric: string) =>
      (await prometheus.query(`count by (result) (${metric}{job="busy"})`)).map(
        ({ metric: { result } }) => result,
      );
    await poll(async () => {
      expect(await results('exec_server_requests_total')).to.have.members([
        'success',
        'error',
        'cancelled',
        'disconnected',
      ]);
      expect(await results('exec_server_processes_finished_total')).to.have.members([
        'success',
        'error',
        'terminated',
        'spawn_failed',
        'unknown',
      ]);
    });
  });

  for (const { name, query } of dashboard.templating.list.filter(({ type }) => type === 'query')) {
    it(`has values for the variable ${name}`, async () => {
      const [, selector = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(query) ?? [];
      const found = await poll(async () => {
        const all = await prometheus.labelValues(label, interpolate(selector, values('busy')));
        expect(all).not.to.deep.equal([]);
        return all;
      });
      if (name === 'job') expect(found).to.deep.equal(['busy']);
    });
  }
});

async function finite(prometheus: Prometheus, query: string): Promise<Sample[]> {
  const samples = (await prometheus.query(query)).filter(({ value }) => Number.isFinite(value));
  expect(samples, `no data: ${query}`).not.to.deep.equal([]);
  return samples;
}
