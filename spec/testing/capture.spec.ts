import { AssertionError } from 'node:assert';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { ExecTelemetry } from 'otel-exec';
import { LineCapture, SignalCapture } from 'otel-exec/testing';

async function failure(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}

describe('a signal capture', () => {
  it('fails for a signal that is missing, and for one that is too much, and shows what there was', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry({ ...capture.providers, methods: ['m'] });
    telemetry.request({ id: 1, method: 'm' }).settle({ result: 'success' });
    const span = { name: 'm', status: 'UNSET' };
    await capture.expectExactly({ spans: [span] });
    const none = await failure(capture.expectExactly({ spans: [] }));
    expect(none).to.be.instanceOf(AssertionError);
    expect(none.message).to.match(/^unexpected span: .*'jsonrpc\.request\.id': '1'/s);
    const two = await failure(capture.expectExactly({ spans: [span, span] }));
    expect(two.message).to.match(/^missing span: \{ name: 'm'/);
    const wrong = await failure(capture.expectExactly({ spans: [{ ...span, attributes: {} }] }));
    expect(wrong.message).to.match(/missing span.*unexpected span.*captured/s);
    const metric = await failure(capture.expectExactly({ metrics: {} }));
    expect(metric.message).to.include('unexpected exec_server.requests point');
  });

  it('matches patterns and predicates, but no member that is not named', async () => {
    await using capture = new SignalCapture();
    new ExecTelemetry({ ...capture.providers, methods: ['m'] })
      .request({ id: 1, method: 'm' })
      .settle({ result: 'success' });
    const fields = {
      request_id: '1',
      method: /^m$/,
      result: (value: unknown) => value === 'success',
      duration_ms: Number.isInteger,
    };
    await capture.expectExactly({ events: [{ attributes: { ...fields, traceparent: /^00-/ } }] });
    const error = await failure(capture.expectExactly({ events: [{ attributes: fields }] }));
    expect(error.message).to.include('missing event');
  });
});

describe('an expectation of signals', () => {
  const mistakes = {
    'a signal that there is none of': { span: [] },
    'a member that no span has': { spans: [{ name: 'm', parent: undefined }] },
    'a member that no event has': { events: [{ name: 'm', fields: undefined }] },
    'a member that no point has': { metrics: { 'exec_server.requests': [{ count: undefined }] } },
  };
  for (const [title, expected] of Object.entries(mistakes)) {
    it(`is refused with ${title}, which would hold of anything`, async () => {
      await using capture = new SignalCapture();
      const error = await failure(capture.expectExactly(expected as object));
      expect(error).to.be.instanceOf(TypeError);
      expect(error.message).to.match(/there is no (span|parent|fields|count); there are /);
    });
  }
});

const line = (name: string, more: object = {}) =>
  `${JSON.stringify({
    timestamp: '2026-01-02T03:04:05.678Z',
    level: 'INFO',
    fields: { message: 'x', 'event.name': name, ...more },
    target: 't',
  })}\n`;

describe('a line capture', () => {
  it('gives each event once, whether it came before or after it was waited for', async () => {
    const stream = new PassThrough();
    const lines = new LineCapture(stream);
    stream.write(line('a', { n: 1 }) + line('b') + line('a', { n: 2 }));
    expect((await lines.event('a')).fields.n).to.equal(1);
    expect((await lines.event('a', { where: ({ n }) => n === 2 })).fields.n).to.equal(2);
    const later = lines.event('a');
    stream.write(line('a', { n: 3 }));
    expect((await later).fields.n).to.equal(3);
    stream.end();
    expect(await lines.end()).to.have.length(4);
  });

  it('shows what did arrive when the time runs out or the stream ends', async () => {
    const stream = new PassThrough();
    const lines = new LineCapture(stream);
    stream.write(line('a'));
    const late = await failure(lines.event('b', { timeoutMillis: 20 }));
    expect(late.message).to.match(/no event b within 20 ms.*"event.name":"a"/s);
    stream.end();
    const ended =
      /^no event b before the stream ended, \d+ ms after the capture began; what arrived:/;
    expect((await failure(lines.event('b'))).message).to.match(ended);
    expect((await failure(lines.event('b'))).message).to.match(ended);
  });

  it('says that the stream broke, where it did', async () => {
    const stream = new PassThrough();
    const lines = new LineCapture(stream);
    const waiting = failure(lines.event('b'));
    stream.destroy(new Error('reset'));
    expect((await waiting).message).to.match(/^no event b before the stream broke, .*\(reset\)/);
  });

  for (const [name, bad] of Object.entries({
    'not JSON': 'oops\n',
    'not an object': '5\n',
    'another member': line('a').replace('"level"', '"severity"'),
    'no milliseconds': line('a').replace('.678', ''),
    'an unknown level': line('a').replace('INFO', 'NOTICE'),
    'a target that is no string': line('a').replace('"t"', '5'),
  })) {
    it(`refuses a line with ${name}`, async () => {
      const stream = new PassThrough();
      const lines = new LineCapture(stream);
      stream.end(line('a') + bad);
      expect((await failure(lines.end())).message).to.include(bad.trim());
    });
  }
});
