import { expect } from 'chai';
import fc from 'fast-check';
import type { SpanRecord } from '../../page/client/feed-message.js';
import { formatDuration, formatOf } from '../../page/client/format.js';
import { Lanes } from '../../page/client/lanes.js';
import { namesakeOf, outlives } from '../../page/client/lifeline.js';
import { Lifelines } from '../../page/client/lifelines.js';
import { outcomeOf } from '../../page/client/outcome.js';
import { TerminalText } from '../../page/client/terminal-text.js';
import { ViewRange } from '../../page/client/view-range.js';

const spanOf = (spanId: string, start: number, end?: number, more: Partial<SpanRecord> = {}) => ({
  spanId,
  traceId: 't',
  service: 'spec',
  scope: 'spec',
  name: 'job',
  kind: 'INTERNAL',
  start,
  ...(end !== undefined && { end }),
  status: 'UNSET',
  attributes: {},
  ...more,
});

describe('the lifelines of the page', () => {
  it('put a request and what it started together', () => {
    const lifelines = new Lifelines();
    lifelines.apply([spanOf('r', 10, undefined, { name: 'process/start' })]);
    lifelines.apply([spanOf('p', 11, undefined, { parentId: 'r' }), spanOf('other', 5, 6)]);
    lifelines.apply([spanOf('r', 10, 15, { name: 'process/start' })]);
    expect(
      lifelines.groups.map((group) => group.lifelines.map(({ span }) => span.spanId)),
    ).to.deep.equal([['other'], ['r', 'p']]);
    expect(lifelines.groups.map(({ end }) => end)).to.deep.equal([6, Number.POSITIVE_INFINITY]);
    lifelines.lose(40);
    expect(lifelines.get('t', 'p')).to.include({ outcome: 'lost', end: 40 });
    expect(lifelines.get('t', 'r')).to.include({ outcome: 'success', end: 15 });
  });

  it('tell what outlives its parent from what its parent outlives, whatever their names', () => {
    const lifelines = new Lifelines();
    const facts = () =>
      ['r', 'long', 'short'].map((id) => {
        const lifeline = lifelines.get('t', id);
        return lifeline !== undefined && outlives(lifeline);
      });
    const named = () => lifelines.groups.map((group) => namesakeOf(group)?.span.spanId);
    lifelines.apply([spanOf('r', 10), spanOf('long', 11, undefined, { parentId: 'r' })]);
    lifelines.apply([spanOf('short', 12, 13, { parentId: 'r' })]);
    expect(facts()).to.deep.equal([false, false, false]);
    expect(named()).to.deep.equal(['r']);
    lifelines.apply([spanOf('r', 10, 20)]);
    expect(facts()).to.deep.equal([false, true, false]);
    expect(named()).to.deep.equal(['long']);
    lifelines.apply([spanOf('long', 11, 30, { parentId: 'r' })]);
    expect(facts()).to.deep.equal([false, true, false]);
    const hosted = { subject: 's', name: 'a job', actionable: false, hasOutput: false };
    lifelines.apply([spanOf('q', 40, 50), spanOf('h', 41, 42, { parentId: 'q', hosted })]);
    expect(named()).to.deep.equal(['long', 'h']);
    expect(lifelines.ofSubject('s')?.span.spanId).to.equal('h');
  });

  it('know the outcomes that there were', () => {
    const lifelines = new Lifelines();
    expect([...lifelines.outcomes]).to.deep.equal(['running', 'success', 'error']);
    lifelines.apply([spanOf('s', 0), spanOf('t', 0, 1, { result: 'terminated' })]);
    lifelines.lose(5);
    expect([...lifelines.outcomes].slice(3)).to.deep.equal(['terminated', 'lost']);
  });

  it('forget the oldest that ended, and nothing that runs', () => {
    const lifelines = new Lifelines();
    lifelines.apply([spanOf('long', 0)]);
    lifelines.apply(
      Array.from({ length: 20_000 }, (_, index) => spanOf(`s${index}`, index, index + 1)),
    );
    expect(lifelines.size).to.be.within(17_000, 20_000);
    expect(lifelines.get('t', 'long')).not.to.equal(undefined);
    expect(lifelines.get('t', 's0')).to.equal(undefined);
    expect(lifelines.get('t', 's19999')).not.to.equal(undefined);
  });

  it('forget the oldest where too many run', () => {
    const lifelines = new Lifelines();
    lifelines.apply(Array.from({ length: 20_001 }, (_, index) => spanOf(`s${index}`, index)));
    expect(lifelines.size).to.equal(18_000);
    expect(lifelines.running()).to.have.length(18_000);
    expect(lifelines.get('t', 's0')).to.equal(undefined);
  });

  it('end as their event says, or else as the span alone tells', () => {
    expect(outcomeOf(spanOf('s', 0))).to.equal('running');
    expect(outcomeOf(spanOf('s', 0, 1))).to.equal('success');
    expect(outcomeOf(spanOf('s', 0, 1, { status: 'ERROR' }))).to.equal('error');
    expect(outcomeOf(spanOf('s', 0, 1, { result: 'terminated' }))).to.equal('terminated');
    expect(outcomeOf(spanOf('s', 0, 1, { status: 'ERROR', result: 'spawn_failed' }))).to.equal(
      'spawn_failed',
    );
    expect(outcomeOf(spanOf('s', 0, 1, { result: 'disconnected' }))).to.equal('unsettled');
  });
});

describe('the lanes of the page', () => {
  const timings = fc.array(fc.tuple(fc.nat(10_000), fc.nat(2_000)), { maxLength: 60 });

  it('never put two bars in one place, and move nothing when a new one comes', () => {
    fc.assert(
      fc.property(timings, (pairs) => {
        const lifelines = new Lifelines();
        const lanes = new Lanes({ width: 3, gap: 1 });
        const before = new Map();
        for (const [at, [start, length]] of pairs.sort(([a], [b]) => a - b).entries()) {
          lifelines.apply([spanOf(`s${at}`, start, start + length)]);
          lanes.place(lifelines.groups, 4);
          for (const [group, lane] of before) expect(lanes.of(group)).to.equal(lane);
          for (const group of lifelines.groups) before.set(group, lanes.of(group));
        }
        for (const [index, group] of lifelines.groups.entries()) {
          for (const later of lifelines.groups.slice(index + 1)) {
            if (lanes.of(later) === lanes.of(group)) expect(later.start).to.be.at.least(group.end);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('are the same whether groups came one by one, in any order, and grew, or all at once', () => {
    const children = fc.array(fc.tuple(fc.nat(10_000), fc.nat(2_000), fc.nat(60)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(children, (triples) => {
        const lifelines = new Lifelines();
        const footprint = { width: 3, gap: 1 };
        const lanes = new Lanes(footprint);
        for (const [at, [start, length, parent]] of triples.entries()) {
          lifelines.apply([spanOf(`s${at}`, start, start + length, { parentId: `s${parent}` })]);
          lanes.place(lifelines.groups, 4);
        }
        const anew = new Lanes(footprint);
        anew.place(lifelines.groups, 4);
        expect(lifelines.groups.map((group) => lanes.of(group))).to.deep.equal(
          lifelines.groups.map((group) => anew.of(group)),
        );
      }),
    );
  });
});

describe('the terminal text of the page', () => {
  const linesOf = (...chunks: string[]) => {
    const text = new TerminalText();
    for (const chunk of chunks) text.write('pty', new TextEncoder().encode(chunk));
    return text.lines.map(({ text: line }) => line);
  };

  it('is plain: no escape sequences, lines begun anew, letters taken back', () => {
    expect(linesOf('\x1b[1;31mred\x1b[0m\r\nnext')).to.deep.equal(['red', 'next']);
    expect(linesOf('10%\r20%\r\ndone\n')).to.deep.equal(['20%', 'done', '']);
    expect(linesOf('abc\b\bx')).to.deep.equal(['ax']);
    expect(linesOf('\x1b]0;title\x07text\x1b]8;;x\x1b\\')).to.deep.equal(['text']);
  });

  it('is the same however the bytes were cut', () => {
    const whole = 'a\x1b[32mgrün\x1b[0m €\r\nb\x1b]0;t\x07c\r10%\r20%\n';
    const bytes = new TextEncoder().encode(whole);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const text = new TerminalText();
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        for (let index = 1; index < at.length; index++) {
          text.write('pty', bytes.subarray(at[index - 1], at[index]));
        }
        expect(text.lines.map(({ text: line }) => line)).to.deep.equal(['agrün €', '20%', '']);
      }),
    );
  });

  it('keeps the end of much output', () => {
    const text = new TerminalText();
    for (let line = 0; line < 5_000; line++)
      text.write('stdout', new TextEncoder().encode(`${line}\n`));
    expect(text.cut).to.equal(true);
    expect(text.lines).to.have.length(2_000);
    expect(text.lines.at(-2)?.text).to.equal('4999');
    text.write('stdout', new Uint8Array(10_000_000).fill(120));
    expect(text.lines.reduce((sum, line) => sum + line.text.length, 0)).to.be.at.most(256 * 1024);
  });
});

describe('the view of the page', () => {
  it('follows the time until somebody pans, and keeps under the pointer what was there', () => {
    const view = new ViewRange(1_000, 500);
    view.ahead = 0;
    view.tick(2_000);
    expect([view.from, view.to, view.following]).to.deep.equal([1_500, 2_000, true]);
    view.pan(-100);
    view.tick(3_000);
    expect([view.from, view.to, view.following]).to.deep.equal([1_400, 1_900, false]);
    view.zoom(0.5, 1_500);
    expect([view.from, view.to]).to.deep.equal([1_450, 1_700]);
    view.follow(5_000);
    expect([view.from, view.to, view.following]).to.deep.equal([4_750, 5_000, true]);
  });
});

describe('the durations of the page', () => {
  it('have a unit that fits', () => {
    expect(
      [0.42, 9.5, 12.34, 999, 1_000, 59_990, 60_000, 125_000, 3_600_000, 11_220_000].map(
        formatDuration,
      ),
    ).to.deep.equal([
      '0.42 ms',
      '9.50 ms',
      '12.3 ms',
      '999 ms',
      '1.00 s',
      '60.0 s',
      '1 min 00 s',
      '2 min 05 s',
      '1 h 00 min',
      '3 h 07 min',
    ]);
  });
});

describe('the values of metrics on the page', () => {
  it('are said in the unit that the metric has', () => {
    const said = [
      ['s', 0.25],
      ['s', 12],
      ['ms', 250],
      ['us', 1_500],
      ['By', 512],
      ['By', 3_500_000],
      ['{order}', 7],
      ['', 0],
    ] as const;
    expect(said.map(([unit, value]) => formatOf(unit)(value))).to.deep.equal([
      '250 ms',
      '12 s',
      '250 ms',
      '1.5 ms',
      '512 B',
      '3.3 MiB',
      '7',
      '0',
    ]);
  });
});
