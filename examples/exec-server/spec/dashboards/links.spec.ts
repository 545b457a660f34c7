import { parser as logql } from '@grafana/lezer-logql';
import { parser as traceql } from '@grafana/lezer-traceql';
import { expect } from 'chai';
import { execServerRequest } from 'otel-exec/conventions';
import { type DataLink, dashboard, dataLinks, interpolate, type Target } from './dashboard.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

/** What Grafana puts in, as it would encode it. */
const VALUES = {
  tempo: 'tempo-uid',
  loki: 'loki-uid',
  service: encodeURIComponent('exec-.+|other'),
  slower: '1.5s',
  trace_id: TRACE_ID,
  __from: '1700000000000',
  __to: '1700003600000',
  '__field.labels.method': encodeURIComponent('process/start'),
};

const GRAMMARS = { loki: logql, tempo: traceql };

describe('the links from the dashboard to traces and event logs', () => {
  const explored = dataLinks().filter(({ link }) => link.url.startsWith('/explore?'));

  for (const { panel, link } of explored) {
    it(`${panel.title}: "${link.title}" opens Explore with a query that its language accepts`, () => {
      const value = panel.type === 'table' ? TRACE_ID : '0.0475';
      const { datasource, queries, range } = paneOf(link, value);
      expect(range).to.deep.equal({ from: VALUES.__from, to: VALUES.__to });
      expect(queries).to.have.length(1);
      for (const query of queries) {
        expect(datasource).to.equal(query.datasource.uid);
        expectToParse(query);
        const about = panel.type === 'table' ? TRACE_ID : 'process/start';
        expect(query.expr ?? query.query).to.contain(about);
      }
    });
  }

  it('lead from both latency panels and from each trace, to traces as well as to event logs', () => {
    const kinds: Record<string, (string | undefined)[]> = {};
    for (const { panel, link } of explored) {
      const type = paneOf(link, '1').queries[0]?.datasource.type;
      kinds[panel.title] = [...(kinds[panel.title] ?? []), type];
    }
    expect(kinds).to.deep.equal({
      'Request duration by method': ['tempo', 'loki'],
      'Queue time by method': ['tempo', 'loki'],
      'Requests and processes slower than ${slower}': ['tempo', 'loki'],
    });
  });

  it('show the event logs of a trace beside it, on the dashboard itself', () => {
    const [own, ...more] = dataLinks().filter(({ link }) => link.url.startsWith('/d/'));
    expect(more).to.deep.equal([]);
    expect(own?.link.url).to.match(new RegExp(`^/d/${dashboard.uid}[?]`));
    expect(own?.link.url).to.match(/&var-trace_id=\$\{__value\.raw\}$/);
  });

  for (const { title, targets = [] } of dashboard.panels) {
    for (const target of targets.filter(({ datasource }) => datasource.type !== 'prometheus')) {
      it(`${title}: the query is one that its language accepts`, () => {
        const text = interpolate(JSON.stringify(target), { ...VALUES, service: '.+' });
        expectToParse(JSON.parse(text));
      });
    }
  }

  it('ask for the span kind, name and attribute that requests have', () => {
    const { span, event } = execServerRequest();
    expect(span?.templates).to.deep.equal(['{method}']);
    expect(span?.constant).to.deep.equal({ 'rpc.system.name': 'jsonrpc' });
    const fields = [...(event?.begun ?? []), ...(event?.settled ?? [])].map(({ name }) => name);
    expect(fields).to.include.members(['method', 'traceparent']);
  });
});

interface Pane {
  readonly datasource: string;
  readonly queries: readonly Target[];
  readonly range: { readonly from: string; readonly to: string };
}

function paneOf({ url }: DataLink, value: string): Pane {
  const filled = interpolate(url, { ...VALUES, '__value.raw': value });
  const { searchParams } = new URL(filled, 'http://grafana.test');
  expect(searchParams.get('schemaVersion')).to.equal('1');
  return JSON.parse(searchParams.get('panes') ?? '').exec;
}

function expectToParse({ datasource, expr, query }: Target): void {
  const text = (datasource.type === 'loki' ? expr : query) ?? '';
  expect(text).not.to.equal('');
  if (/^[0-9a-f]{32}$/.test(text)) return;
  const faults: string[] = [];
  GRAMMARS[datasource.type as keyof typeof GRAMMARS].parse(text).iterate({
    enter: ({ type, from }) => {
      if (type.isError) faults.push(`${text.slice(0, from)}⚠${text.slice(from)}`);
    },
  });
  expect(faults).to.deep.equal([]);
}
