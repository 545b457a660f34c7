import { expect } from 'chai';
import fc from 'fast-check';
import { typeOf } from '../../view/otlp/messages.js';
import { SIGNALS } from '../../view/otlp/signals.js';
import { ask, post } from './asking.js';
import { Viewing } from './viewing.js';

const words = fc.constantFrom(
  ...['resourceSpans', 'scopeSpans', 'spans', 'resource', 'attributes', 'key', 'value', 'traceId'],
  ...['intValue', 'arrayValue', 'kvlistValue', 'values', 'low', 'high', 'toNumber', '__proto__'],
  ...['constructor', 'hasOwnProperty', 'toString', 'length', 'then'],
);
/** Anything that JSON can say, in the words that mean something here. */
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, 0, -1, 1.5, 1e300, '', '1', 'NaN', '0'.repeat(32), 'ab'.repeat(16)),
    fc.constant({ low: 1, high: 0, toNumber: 1, toString: 1 }),
    fc.array(tie('json'), { maxLength: 3 }),
    fc
      .array(fc.tuple(words, tie('json')), { maxLength: 4 })
      .map((members) => `{${members.map(([key, value]) => `"${key}":${text(value)}`).join()}}`)
      .map((written) => JSON.parse(written)),
  ),
}));
const text = (value: unknown) => JSON.stringify(value) ?? 'null';

/** Where in a request something else can stand. */
const PLACES = [
  (any: string) => any,
  (any: string) => `{"resourceSpans":${any},"resourceLogs":${any},"resourceMetrics":${any}}`,
  (any: string) => `{"resourceSpans":[{"resource":${any},"scopeSpans":[{"scope":${any}}]}]}`,
  ...['attributes', 'kind', 'startTimeUnixNano', 'events', 'links', 'status', 'parentSpanId'].map(
    (field) => (any: string) =>
      `{"resourceSpans":[{"scopeSpans":[{"spans":[{"${field}":${any}}]}]}]}`,
  ),
  (any: string) =>
    `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${any},"severityNumber":${any}}]}]}]}`,
  ...['sum', 'gauge', 'histogram', 'exponentialHistogram', 'summary'].map(
    (kind) => (any: string) =>
      `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"${kind}":{"dataPoints":[${any}]}}]}]}]}`,
  ),
];

describe('the receiver of the view, sent anything', () => {
  let viewing: Viewing;
  before(async () => {
    viewing = await Viewing.start();
  });
  after(() => viewing[Symbol.asyncDispose]());

  const paths = fc.constantFrom(...SIGNALS.map(({ path }) => path));

  it('answers 200 or 400, in JSON', async () => {
    await fc.assert(
      fc.asyncProperty(paths, fc.constantFrom(...PLACES), json, async (path, place, any) => {
        const { status, body } = await post(`${viewing.url}${path}`, place(text(any)));
        expect(status).to.be.oneOf([200, 400]);
        const answer = JSON.parse(body.toString());
        if (status === 400) expect(answer.message).to.be.a('string');
      }),
      { numRuns: 300 },
    );
  });

  it('answers 200 or 400, in protobuf', async () => {
    const headers = { 'content-type': 'application/x-protobuf' };
    const bytes = fc.uint8Array({ maxLength: 60 });
    const nested = fc
      .tuple(fc.array(fc.constantFrom(0x0a, 0x12), { maxLength: 5 }), bytes)
      .map(([tags, inner]) =>
        tags.reduce(
          (body, tag) => Buffer.concat([Buffer.from([tag, body.length]), body]),
          Buffer.from(inner),
        ),
      );
    await fc.assert(
      fc.asyncProperty(paths, fc.oneof(bytes, nested), async (path, body) => {
        const url = `${viewing.url}${path}`;
        const { status, body: answer } = await ask(url, { method: 'POST', headers, body });
        expect(status).to.be.oneOf([200, 400]);
        if (status === 400) expect(typeOf('RpcStatus').decode(answer)).to.include({ code: 3 });
      }),
      { numRuns: 300 },
    );
  });
});
