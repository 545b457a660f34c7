import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'chai';
import { shipped } from './dashboard.js';
import { poll } from './poll.js';
import { needPrometheus, type Prometheus, type Rule } from './prometheus.js';
import { Scene } from './scene.js';

const RULES = shipped('alerts.yaml');
const TESTS = shipped('alerts.test.yaml');

function promtool(...args: string[]): string {
  return execFileSync('promtool', args, { cwd: dirname(RULES), encoding: 'utf8', stdio: 'pipe' });
}

describe('the alert rules', () => {
  before(function () {
    needPrometheus(this);
  });

  it('are valid', () => {
    expect(promtool('check', 'rules', RULES)).to.match(/SUCCESS: 8 rules found/);
  });

  it('fire and do not fire where their unit tests say so', () => {
    expect(promtool('test', 'rules', TESTS)).to.contain('SUCCESS');
  });

  for (const [, name] of readFileSync(RULES, 'utf8').matchAll(/- alert: (\w+)/g)) {
    it(`have unit tests where ${name} fires and where it does not`, () => {
      const cases = readFileSync(TESTS, 'utf8').split('- alertname: ').slice(1);
      const own = cases.filter((text) => text.startsWith(`${name}\n`));
      const silent = own.filter((text) => text.includes('exp_alerts: []'));
      expect(silent).not.to.have.length(0);
      expect(own.length).to.be.above(silent.length);
    });
  }
});

describe('the alert rules, on a real Prometheus', () => {
  let scene: Scene | undefined;
  let prometheus: Prometheus;

  before(async function () {
    needPrometheus(this);
    scene = await Scene.start();
    prometheus = scene.prometheus;
  });

  after(() => scene?.[Symbol.asyncDispose]());

  it('see a server in trouble', async () => {
    await expectAlerts({
      ExecServerErrorRatioHigh: ['busy'],
      ExecServerRequestsDisconnected: ['busy'],
      ExecServerQueueGrowing: ['busy'],
      ExecServerQueueSlow: ['busy'],
      ExecServerProcessesStuck: [],
      ExecServerDown: [],
      ExecServerNoData: [],
    });
  });

  it('see a stuck process, where six hours are seconds', async () => {
    const { query } = await ruleOf('ExecServerProcessesStuck');
    const soon = query.replace('offset 6h', 'offset 2s');
    expect(soon).not.to.equal(query);
    await poll(async () => {
      const found = await prometheus.query(soon);
      expect(found.map(({ metric }) => metric.job)).to.deep.equal(['busy']);
    });
  });

  it('see a server that answers no scrape', async () => {
    await scene?.stopServing();
    await poll(async () => expect(await jobsOf('ExecServerDown')).to.deep.equal(['busy']));
    expect(await jobsOf('ExecServerNoData')).to.deep.equal([]);
  });

  it('see a server that is not even a target any more', async () => {
    await scene?.forget();
    await poll(async () => expect(await jobsOf('ExecServerNoData')).to.deep.equal(['busy']));
    expect(await jobsOf('ExecServerDown')).to.deep.equal([]);
  });

  it('are all evaluated without an error, and tell what to do', async () => {
    for (const { name, type, health, lastError, duration, annotations = {} } of await poll(rules)) {
      expect([name, health, lastError]).to.deep.equal([name, 'ok', undefined]);
      if (type === 'recording') continue;
      expect(duration).to.be.above(0);
      expect(Object.keys(annotations)).to.have.members(['summary', 'description', 'runbook']);
    }
  });

  async function rules(): Promise<Rule[]> {
    return prometheus.rules();
  }

  async function ruleOf(alert: string): Promise<Rule> {
    const rule = (await rules()).find(({ name }) => name === alert);
    if (rule === undefined) throw new Error(`there is no rule ${alert}`);
    return rule;
  }

  async function jobsOf(alert: string): Promise<(string | undefined)[]> {
    return (await ruleOf(alert)).alerts?.map(({ labels }) => labels.job) ?? [];
  }

  async function expectAlerts(expected: Record<string, string[]>): Promise<void> {
    await poll(async () => {
      const alerting = (await rules()).filter(({ type }) => type === 'alerting');
      const found = alerting.map(({ name, alerts = [] }) => [
        name,
        alerts.map(({ labels }) => labels.job),
      ]);
      expect(Object.fromEntries(found)).to.deep.equal(expected);
    });
  }
});
