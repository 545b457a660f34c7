import { expect } from 'chai';
import fc from 'fast-check';
import { formatLine, type LineRecord } from 'otel-exec/lines';

const noon: LineRecord = {
  hrTime: [1_769_860_800, 123_456_789],
  severityNumber: 9,
  body: 'exec-server request completed',
  eventName: 'codex.exec_server_request',
  attributes: {},
  instrumentationScope: { name: 'codex_exec_server::telemetry' },
};

function fieldsOf(attributes: Record<string, unknown>): string {
  const line = formatLine({ ...noon, body: undefined, eventName: undefined, attributes });
  return line.slice(line.indexOf('"fields":') + 9, line.indexOf(',"target"'));
}

describe('a line', () => {
  it('has time, level, fields and target, and nothing else', () => {
    const attributes = {
      request_id: '7',
      method: 'process/spawn',
      result: 'success',
      duration_ms: 12,
      ok: true,
    };
    const spanContext = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
    const record = { ...noon, attributes, spanContext, resource: {}, severityText: 'Information' };
    expect(formatLine(record)).to.equal(
      '{"timestamp":"2026-01-31T12:00:00.123Z","level":"INFO","fields":{' +
        '"message":"exec-server request completed","event.name":"codex.exec_server_request",' +
        '"request_id":"7","method":"process/spawn","result":"success","duration_ms":12,"ok":true},' +
        '"target":"codex_exec_server::telemetry"}',
    );
  });

  it('leaves out a message or an event name that the record does not have', () => {
    const head = '{"timestamp":"2026-01-31T12:00:00.123Z","level":"INFO","fields":{';
    const tail = '},"target":"codex_exec_server::telemetry"}';
    const bare = { ...noon, body: undefined, eventName: undefined };
    expect(formatLine(bare)).to.equal(head + tail);
    expect(formatLine({ ...bare, body: null })).to.equal(head + tail);
    expect(formatLine({ ...bare, eventName: 'e' })).to.equal(`${head}"event.name":"e"${tail}`);
    expect(formatLine({ ...bare, body: 'b', attributes: { a: 1 } })).to.equal(
      `${head}"message":"b","a":1${tail}`,
    );
    expect(formatLine({ ...bare, body: { a: ['b'] } })).to.equal(
      `${head}"message":{"a":["b"]}${tail}`,
    );
  });

  it('says message and event.name once, as the record has them', () => {
    const attributes = { message: 'other', a: 1, 'event.name': 'other' };
    expect(JSON.parse(formatLine({ ...noon, attributes })).fields).to.deep.equal({
      message: noon.body,
      'event.name': noon.eventName,
      a: 1,
    });
    expect(fieldsOf(attributes)).to.equal('{"message":"other","a":1,"event.name":"other"}');
  });

  it('names the level of each severity number', () => {
    const names = Array.from({ length: 25 }, (_, severityNumber) => {
      return JSON.parse(formatLine({ ...noon, severityNumber })).level;
    });
    const ranges = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
    expect(names).to.deep.equal(['INFO', ...ranges.flatMap((name) => Array(4).fill(name))]);
    expect(JSON.parse(formatLine({ ...noon, severityNumber: undefined })).level).to.equal('INFO');
  });

  it('has the time that Date prints, for any millisecond in any order', () => {
    const millis = fc.oneof(
      fc.integer({ min: 1, max: 253_402_300_799_999 }),
      fc.integer({ min: 1_769_860_800_000, max: 1_769_860_802_000 }),
    );
    fc.assert(
      fc.property(fc.array(millis), (times) => {
        for (const time of times) {
          const hrTime = [Math.floor(time / 1000), (time % 1000) * 1e6] as const;
          expect(JSON.parse(formatLine({ ...noon, hrTime })).timestamp).to.equal(
            new Date(time).toISOString(),
          );
        }
      }),
    );
  });

  it('cuts a time to its millisecond', () => {
    const line = formatLine({ ...noon, hrTime: [1_769_860_800, 999_999_999] });
    expect(JSON.parse(line).timestamp).to.equal('2026-01-31T12:00:00.999Z');
  });

  it('falls back to the observed time, and then to now', () => {
    const odd = [
      [0, 0],
      [Number.NaN, 0],
      [1e15, 0],
      [-1, 0],
      [1, 1e9],
      undefined,
    ] as LineRecord['hrTime'][];
    for (const hrTime of odd) {
      const line = formatLine({ ...noon, hrTime, hrTimeObserved: [1_769_860_800, 0] });
      expect(JSON.parse(line).timestamp).to.equal('2026-01-31T12:00:00.000Z');
      const now = Date.parse(JSON.parse(formatLine({ ...noon, hrTime })).timestamp);
      expect(now).to.be.closeTo(Date.now(), 5000);
    }
  });
});

describe('a value in a line', () => {
  const circle: Record<string, unknown> = { a: 1 };
  circle.self = [circle];
  let deep: unknown = 'end';
  for (let at = 0; at < 10_000; at++) deep = [deep];
  const throwing = {
    get a() {
      throw new Error('no');
    },
  };
  const hostile = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no');
      },
    },
  );
  const shared = { a: 1 };

  const values: [string, unknown, string][] = [
    ['a string', 'a"b\\c\nd\u0000é', '"a\\"b\\\\c\\nd\\u0000é"'],
    ['a lone surrogate', 'a\ud800b', '"a\\ud800b"'],
    ['a pair of surrogates', '😀', '"😀"'],
    ['a long string', `${'x'.repeat(99)}\n`, `"${'x'.repeat(99)}\\n"`],
    ['a number', -1.5e-7, '-1.5e-7'],
    ['negative zero', -0, '0'],
    ['NaN', Number.NaN, '"NaN"'],
    ['infinity', Number.NEGATIVE_INFINITY, '"-Infinity"'],
    ['a boolean', false, 'false'],
    ['null', null, 'null'],
    ['a bigint', 2n ** 64n, '"18446744073709551616"'],
    ['bytes', new Uint8Array([1, 2, 255]), '"AQL/"'],
    ['a buffer', Buffer.from('ab'), '"YWI="'],
    ['a list', ['a', 1, undefined, null, () => 1, [2n]], '["a",1,null,null,null,["2"]]'],
    ['an object', { 'a\n': { b: undefined, c: Symbol('s'), d: 1 } }, '{"a\\n":{"d":1}}'],
    ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['no date', new Date(Number.NaN), 'null'],
    ['a URL', new URL('http://a.test/b'), '"http://a.test/b"'],
    ['an error', new TypeError('bad\n'), '"TypeError: bad\\n"'],
    ['a set', new Set([1, 'a']), '[1,"a"]'],
    [
      'a map',
      new Map<unknown, unknown>([
        ['a', 1],
        [2, new Map()],
      ]),
      '{"a":1,"2":{}}',
    ],
    ['an object without prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ['a circle', circle, '{"a":1,"self":["[Circular]"]}'],
    ['the same thing twice', [shared, shared], '[{"a":1},{"a":1}]'],
    ['a depth', deep, `${'['.repeat(32)}"[Truncated]"${']'.repeat(32)}`],
    ['a getter that throws', throwing, '"[Unreadable]"'],
    ['a hostile proxy', [hostile, 1], '["[Unreadable]",1]'],
    [
      'a toJSON that throws',
      {
        toJSON: () => {
          throw new Error('no');
        },
      },
      '"[Unreadable]"',
    ],
    [
      'a toJSON that gives itself',
      {
        toJSON() {
          return this;
        },
      },
      '"[Circular]"',
    ],
  ];
  for (const [name, value, json] of values) {
    it(`can be ${name}`, () => {
      expect(fieldsOf({ value })).to.equal(`{"value":${json}}`);
    });
  }

  it('is left out if it is undefined, a function or a symbol', () => {
    expect(fieldsOf({ a: undefined, b: 1, c: () => 1, d: Symbol('s') })).to.equal('{"b":1}');
  });

  it('ends, however often it repeats itself', () => {
    let wide: unknown = 'leaf';
    for (let at = 0; at < 30; at++) wide = [wide, wide];
    const endless = {
      *[Symbol.iterator]() {
        while (true) yield 1;
      },
    };
    const set = new Set([1]);
    Object.defineProperty(set, Symbol.iterator, { value: endless[Symbol.iterator] });
    for (const value of [wide, set, Array(1e6).fill(0)]) {
      const json = fieldsOf({ value });
      expect(json).to.include('"[Truncated]"');
      expect(json.length).to.be.below(200_000);
      JSON.parse(json);
    }
  });

  it('is one line of JSON that says what JSON.stringify says, for any plain value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (attributes) => {
        const line = formatLine({ ...noon, body: undefined, eventName: undefined, attributes });
        expect(line).to.not.match(/[\n\r]/);
        expect(JSON.stringify(JSON.parse(line).fields)).to.equal(JSON.stringify(attributes));
      }),
      { numRuns: 50 },
    );
  });

  it('never throws, for anything at all', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
      withObjectString: true,
      withSparseArray: true,
      stringUnit: 'binary',
    });
    fc.assert(
      fc.property(anything, anything, fc.string({ unit: 'binary' }), (body, value, name) => {
        const line = formatLine({
          ...noon,
          body,
          attributes: { [name]: value },
          instrumentationScope: { name },
        });
        expect(line).to.not.match(/[\n\r]/);
        expect(JSON.parse(line).target).to.equal(JSON.parse(JSON.stringify(name)));
      }),
    );
  });
});

describe('a record that is none', () => {
  it('becomes a line that says so', () => {
    for (const record of [undefined, {}, { ...noon, attributes: undefined }]) {
      const line = JSON.parse(formatLine(record as unknown as LineRecord));
      expect(line.timestamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      delete line.timestamp;
      expect(line).to.deep.equal({
        level: 'WARN',
        fields: { message: 'log record could not be read' },
        target: 'otel-exec',
      });
    }
  });
});
