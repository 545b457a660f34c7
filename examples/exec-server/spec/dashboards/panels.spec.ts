import { expect } from 'chai';
import { dashboard, prometheusTargets } from './dashboard.js';

const GRAFANA_VARIABLES = [
  '__rate_interval',
  '__from',
  '__to',
  '__url_time_range',
  '__value',
  '__field',
];
const COLUMNS = 24;

describe('the dashboard', () => {
  it('names no variable that is not there, and has none that nothing names', () => {
    const { templating, ...rest } = dashboard;
    const own = templating.list.map(({ name }) => name);
    const text = JSON.stringify([rest, templating.list]);
    const named = new Set(
      [...text.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name).filter((name) => name !== '__all'),
    );
    expect([...named].filter((name) => !GRAFANA_VARIABLES.includes(`${name}`))).to.have.members(
      own,
    );
  });

  it('has the unit that each query is in', () => {
    for (const { panel, expr } of prometheusTargets()) {
      if (panel.type === 'heatmap') continue;
      expect([panel.title, panel.fieldConfig?.defaults.unit]).to.deep.equal([
        panel.title,
        unitOf(expr),
      ]);
    }
  });

  it('has panels with ids of their own that lie beside each other', () => {
    const taken = new Map<string, number>();
    for (const { id, gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w).to.be.at.most(COLUMNS);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.get(`${x} ${y}`), `panel ${id} at ${x} ${y}`).to.equal(undefined);
          taken.set(`${x} ${y}`, id);
        }
      }
    }
    expect(new Set(dashboard.panels.map(({ id }) => id))).to.have.length(dashboard.panels.length);
  });
});

function unitOf(expr: string): string {
  if (expr.includes('histogram_quantile')) return 's';
  if (expr.includes(' / ')) return 'percentunit';
  if (expr.includes('_active') && !expr.includes('_total')) return 'short';
  return expr.includes('exec_server_requests_total') ? 'reqps' : 'cps';
}
