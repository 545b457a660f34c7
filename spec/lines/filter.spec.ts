import { expect } from 'chai';
import fc from 'fast-check';
import { LineFilterError, type LineLevel, parseLineFilter } from 'otel-exec/lines';

const levels: LineLevel[] = ['off', 'error', 'warn', 'info', 'debug', 'trace'];
const segment = fc.stringMatching(/^[A-Za-z0-9_@:-]{1,6}$/).filter((text) => !text.includes(':'));
const separator = fc.constantFrom('::', '.', '/');
const target = fc
  .tuple(segment, fc.array(fc.tuple(separator, segment), { maxLength: 3 }))
  .map(([first, rest]) => first + rest.map((pair) => pair.join('')).join(''));
const level = fc.constantFrom(...levels);
const entry = fc.oneof(
  level,
  level.map((name) => name.toUpperCase()),
  fc.integer({ min: 0, max: 5 }).map(String),
  target,
  fc.tuple(target, level).map((pair) => pair.join('=')),
  fc.constant(' '),
);

function read(text?: string) {
  const { defaultLevel, targets } = parseLineFilter(text);
  return { defaultLevel, targets: Object.fromEntries(targets) };
}

function fail(text: string): LineFilterError {
  try {
    parseLineFilter(text);
  } catch (error) {
    if (error instanceof LineFilterError) return error;
    throw error;
  }
  throw new Error(`${text} was read`);
}

describe('the filter grammar', () => {
  const readings: [string | undefined, LineLevel, Record<string, LineLevel>][] = [
    [undefined, 'info', {}],
    ['', 'info', {}],
    [' , ', 'info', {}],
    ['warn', 'warn', {}],
    ['WaRN', 'warn', {}],
    ['0', 'off', {}],
    ['5', 'trace', {}],
    ['foo', 'off', { foo: 'trace' }],
    ['foo=DEBUG', 'off', { foo: 'debug' }],
    ['foo=2', 'off', { foo: 'warn' }],
    ['error,', 'error', {}],
    [' error , foo::bar=info ', 'error', { 'foo::bar': 'info' }],
    ['warn,debug,foo=info,foo=off', 'debug', { foo: 'off' }],
    ['info=debug', 'off', { info: 'debug' }],
    ['@scope/name.part', 'off', { '@scope/name.part': 'trace' }],
    ['warn,codex_exec_server::telemetry=info', 'warn', { 'codex_exec_server::telemetry': 'info' }],
  ];
  for (const [text, defaultLevel, targets] of readings) {
    it(`reads ${JSON.stringify(text)}`, () => {
      expect(read(text)).to.deep.equal({ defaultLevel, targets });
    });
  }

  const mistakes: [string, string][] = [
    ['info,foo=loud', 'foo=loud'],
    ['foo=', 'foo='],
    ['=info', '=info'],
    ['foo=6', 'foo=6'],
    ['foo=info=debug', 'foo=info=debug'],
    ['foo = info', 'foo = info'],
    ['warn foo', 'warn foo'],
    ['foo::', 'foo::'],
    ['foo..bar=info', 'foo..bar=info'],
    ['warn,[span{id=1}]=info', '[span{id=1}]=info'],
  ];
  for (const [text, directive] of mistakes) {
    it(`names ${JSON.stringify(directive)} as the mistake in ${JSON.stringify(text)}`, () => {
      const error = fail(text);
      expect(error.directive).to.equal(directive);
      expect(error.name).to.equal('LineFilterError');
      expect(error.message).to.equal(
        `Bad log filter directive ${JSON.stringify(directive)}: expected ${error.expected}`,
      );
    });
  }

  it('says what was expected', () => {
    expect(fail('foo=loud').expected).to.equal(
      'a level after "=", one of off, error, warn, info, debug, trace, or 0 to 5',
    );
    expect(fail('[span]').expected).to.include('spans and fields are not part of this grammar');
  });

  it('prints the default first and each target with its level', () => {
    expect(String(parseLineFilter('foo,WARN,a.b=1'))).to.equal('warn,foo=trace,a.b=error');
  });

  it('reads back what it prints', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
        const text = entries.join(',');
        const printed = String(parseLineFilter(text));
        expect(read(printed)).to.deep.equal(read(text));
        expect(String(parseLineFilter(printed))).to.equal(printed);
      }),
    );
  });

  it('reads any text or throws its own error', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'a=:./,[ 5') })),
        (text) => {
          try {
            expect(read(String(parseLineFilter(text)))).to.deep.equal(read(text));
          } catch (error) {
            expect(error).to.be.instanceOf(LineFilterError);
            expect(text).to.include((error as LineFilterError).directive);
          }
        },
      ),
    );
  });
});

describe('a filter', () => {
  it('matches at segments only', () => {
    const filter = parseLineFilter('off,foo=info');
    for (const name of ['foo', 'foo::bar', 'foo.bar', 'foo/bar', 'foo::bar::baz']) {
      expect(filter.levelOf(name), name).to.equal('info');
    }
    for (const name of ['foobar', 'foo:bar', 'foo-bar', 'fo', 'bar::foo', 'Foo', '']) {
      expect(filter.levelOf(name), name).to.equal('off');
    }
  });

  it('prefers the longest match, whatever the order', () => {
    for (const text of [
      'warn,a=error,a::b=trace,a::b::c=off',
      'a::b::c=off,a::b=trace,a=error,warn',
    ]) {
      const filter = parseLineFilter(text);
      expect(filter.levelOf('a::b::c::d')).to.equal('off');
      expect(filter.levelOf('a::b::x')).to.equal('trace');
      expect(filter.levelOf('a::bc')).to.equal('error');
      expect(filter.levelOf('b')).to.equal('warn');
    }
  });

  it('agrees with a comparison of segments for any target', () => {
    fc.assert(
      fc.property(target, target, fc.boolean(), separator, (named, other, below, joint) => {
        const asked = below ? named + joint + other : other;
        const parts = (name: string) => name.split(/(::|\.|\/)/);
        const covered = parts(named).every((part, at) => parts(asked)[at] === part);
        expect(parseLineFilter(`off,${named}=info`).levelOf(asked)).to.equal(
          covered ? 'info' : 'off',
        );
      }),
    );
  });

  it('lets through each level from the first number of its severity range', () => {
    const floors = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, off: 25 };
    for (const name of levels) {
      const filter = parseLineFilter(name);
      const passed = Array.from({ length: 24 }, (_, at) => at + 1).filter((severity) =>
        filter.allows('any', severity),
      );
      expect(passed, name).to.deep.equal(
        Array.from({ length: 25 - floors[name] }, (_, at) => at + floors[name]),
      );
    }
  });

  it('counts a record without severity as INFO', () => {
    for (const none of [undefined, 0]) {
      expect(parseLineFilter('info').allows('any', none)).to.equal(true);
      expect(parseLineFilter('warn').allows('any', none)).to.equal(false);
    }
  });

  it('answers the same for a target asked twice, among thousands', () => {
    const filter = parseLineFilter('warn,t.7=info');
    for (let round = 0; round < 2; round++) {
      for (let at = 0; at < 3000; at++) expect(filter.allows(`t.${at}`, 9)).to.equal(at === 7);
    }
  });
});
