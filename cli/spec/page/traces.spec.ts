import { expect } from 'chai';
import fc from 'fast-check';
import type { SpanRecord } from '../../page/client/feed-message.js';
import { FoundGroups } from '../../page/client/found-groups.js';
import { Lifelines } from '../../page/client/lifelines.js';
import { nameOf } from '../../page/client/naming.js';
import { Search } from '../../page/client/search.js';
import { Sections } from '../../page/client/sections.js';
import { servicesOf, stretchOf, waterfallOf } from '../../page/client/waterfall.js';

const spanOf = (spanId: string, facts: Partial<SpanRecord> = {}): SpanRecord => ({
  spanId,
  traceId: 't',
  service: 'a',
  scope: 'spec',
  name: spanId,
  kind: 'INTERNAL',
  start: 0,
  end: 10,
  status: 'UNSET',
  attributes: {},
  ...facts,
});

/** A chain of services, each called by the one before it. */
const CHAIN = [
  spanOf('root', { end: 90 }),
  spanOf('child', { parentId: 'root', start: 10, end: 80 }),
  spanOf('served', { parentId: 'child', service: 'b', start: 20, end: 70 }),
  spanOf('below', { parentId: 'served', service: 'b', start: 30, end: 95 }),
  spanOf('back', { parentId: 'below', start: 40, end: 60 }),
];

function groupsOf(lifelines: Lifelines): string[][] {
  return lifelines.groups.map((group) => group.lifelines.map(({ span }) => span.spanId));
}

describe('the lifelines of several services', () => {
  it('are drawn together by service, whatever the order in which they came', () => {
    const order = fc.shuffledSubarray(CHAIN, { minLength: CHAIN.length });
    fc.assert(
      fc.property(order, fc.nat(CHAIN.length), (spans, first) => {
        const lifelines = new Lifelines();
        lifelines.apply(spans.slice(0, first));
        lifelines.apply(spans.slice(first));
        const sorted = groupsOf(lifelines).map(([root, ...rest]) => [root, ...rest.sort()]);
        expect(sorted).to.deep.equal([['root', 'child'], ['served', 'below'], ['back']]);
        expect(lifelines.get('t', 'back')?.parent?.span.spanId).to.equal('below');
        expect(lifelines.groups.map(({ end }) => end)).to.deep.equal([90, 95, 60]);
      }),
    );
  });

  it('stay apart where spans say that each started the other', () => {
    const lifelines = new Lifelines();
    lifelines.apply([spanOf('x', { parentId: 'y' }), spanOf('y', { parentId: 'x' })]);
    lifelines.apply([spanOf('self', { parentId: 'self' })]);
    expect(lifelines.size).to.equal(3);
    expect(
      waterfallOf(lifelines.ofTrace('t'))
        .map(({ depth }) => depth)
        .sort(),
    ).to.deep.equal([0, 0, 1]);
  });

  it('join what events tell of to what went on then, and to its parent once the span says it', () => {
    const lifelines = new Lifelines();
    const told = spanOf('p', { start: 5, end: undefined, told: true });
    lifelines.apply([told, spanOf('early', { end: 3 }), spanOf('request', { start: 4 })]);
    expect(groupsOf(lifelines)).to.deep.equal([['early'], ['request', 'p']]);
    lifelines.apply([spanOf('p', { start: 5, end: 50, parentId: 'early' })]);
    expect(groupsOf(lifelines)).to.deep.equal([['early', 'p'], ['request']]);
    expect(lifelines.running()).to.deep.equal([]);
  });

  it('are lost when they have been silent for too long, and found when they are heard again', () => {
    const lifelines = new Lifelines();
    const beat = { end: undefined, told: true, heard: 100, silentAfter: 400 } as const;
    lifelines.apply([spanOf('p', beat), spanOf('open', { start: 1, end: undefined })]);
    expect(lifelines.loseSilent(400)).to.equal(false);
    expect(lifelines.loseSilent(401)).to.equal(true);
    expect(lifelines.get('t', 'p')).to.include({ outcome: 'lost', end: 100 });
    expect(lifelines.loseSilent(402)).to.equal(false);
    lifelines.apply([spanOf('p', { ...beat, heard: 500, silentAfter: 800 })]);
    expect(lifelines.running().map(({ span }) => span.spanId)).to.deep.equal(['p', 'open']);
  });

  it('tell where the latest traces began', () => {
    const lifelines = new Lifelines();
    for (let index = 0; index < 5; index++) {
      const traceId = `t${index}`;
      const [start, end] = [index * 100, index * 100 + 50];
      lifelines.apply([spanOf('root', { traceId, start, end })]);
      const more = { traceId, start: start + 1, end, service: 'b', parentId: 'root' };
      lifelines.apply([spanOf('other', more)]);
    }
    const recent = lifelines.recent(2).map(({ span }) => [span.traceId, span.spanId]);
    expect(recent).to.deep.equal([
      ['t4', 'root'],
      ['t3', 'root'],
    ]);
  });

  it('have lanes of their own for each service', () => {
    const lifelines = new Lifelines();
    lifelines.apply(CHAIN);
    const sections = new Sections({ one: { width: 1, gap: 0 } });
    sections.take(lifelines);
    expect(sections.place('one', 1, lifelines.groups, 9)).to.equal(3);
    const shown = sections.used.map(({ service, used, groups }) => [service, used, groups.length]);
    expect(shown).to.deep.equal([
      ['a', 2, 2],
      ['b', 1, 1],
    ]);
    expect(sections.place('one', 1, lifelines.groups, 1)).to.equal(2);
  });
});

describe('the picture of a trace', () => {
  it('has each span below what started it, by start', () => {
    const lifelines = new Lifelines();
    lifelines.apply([...CHAIN, spanOf('orphan', { parentId: 'gone', start: 15 })].reverse());
    const all = lifelines.ofTrace('t');
    expect(
      waterfallOf(all).map(({ lifeline, depth }) => [lifeline.span.spanId, depth]),
    ).to.deep.equal([
      ['root', 0],
      ['child', 1],
      ['served', 2],
      ['below', 3],
      ['back', 4],
      ['orphan', 0],
    ]);
    expect(stretchOf(all, 1_000)).to.deep.equal([0, 95]);
    expect(servicesOf(all)).to.deep.equal(['a', 'b']);
    lifelines.apply([spanOf('open', { start: 50, end: undefined })]);
    expect(stretchOf(lifelines.ofTrace('t'), 1_000)).to.deep.equal([0, 1_000]);
  });

  it('can be as deep as the trace is', () => {
    const lifelines = new Lifelines();
    const deep = Array.from({ length: 5_000 }, (_, index) =>
      spanOf(`${index}`, { parentId: `${index - 1}`, start: index }),
    );
    lifelines.apply(deep);
    expect(waterfallOf(lifelines.ofTrace('t')).at(-1)?.depth).to.equal(4_999);
  });
});

describe('the search of the page', () => {
  const found = (text: string, ...spans: SpanRecord[]) => {
    const lifelines = new Lifelines();
    lifelines.apply(spans);
    const groups = new FoundGroups(lifelines, nameOf);
    groups.look(new Search(text));
    return groups.groups.map(({ lifelines: [first] }) => first?.span.spanId);
  };
  const shop = spanOf('c0ffee', { name: 'GET /basket', attributes: { 'http.status': 404 } });
  const other = spanOf('decade', { traceId: 'u', attributes: { list: ['x', 'Straße'] } });

  it('finds names, services, attributes and ids, all words, in any case, and no patterns', () => {
    for (const [text, wanted] of [
      ['', ['c0ffee', 'decade']],
      ['basket', ['c0ffee']],
      ['get http.status=404', ['c0ffee']],
      ['http.status=40 decade', []],
      ['C0FFEE', ['c0ffee']],
      ['straße', ['decade']],
      ['.*', []],
      ['(', []],
    ] as const) {
      expect(found(text, shop, other), text).to.deep.equal(wanted);
    }
  });

  it('finds lines by what they say and whose they are', () => {
    const event = { id: 1, time: 0, severity: 9, target: 'x', service: 'shop', traceId: 'abc' };
    const finds = (text: string) => new Search(text).findsEvent({ ...event, line: '{"a":"paid"}' });
    expect(['paid', 'SHOP paid', 'abc', 'paid twice'].map(finds)).to.deep.equal([
      true,
      true,
      true,
      false,
    ]);
  });
});
