import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { typeOf } from '../../view/otlp/messages.js';
import { ask, post } from './asking.js';
import { Viewing } from './viewing.js';

const MEBIBYTE = 1024 * 1024;
const SPAN = {
  traceId: '5B8EFFF798038103D269B633813FC60C',
  spanId: 'EEE19B7EC3C1B174',
  name: 'a span',
  startTimeUnixNano: '1544712660000000000',
  endTimeUnixNano: 1544712661000,
};
const traces = (...spans: readonly object[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

describe('the receiver of the view', () => {
  let viewing: Viewing;
  let url: string;
  beforeEach(async () => {
    viewing = await Viewing.start();
    url = `${viewing.url}/v1/traces`;
  });
  afterEach(() => viewing[Symbol.asyncDispose]());

  it('answers in the encoding of the request, with an empty response', async () => {
    const inJson = await post(url, traces(SPAN));
    expect(inJson).to.deep.include({ status: 200, body: Buffer.from('{}') });
    expect(inJson.headers['content-type']).to.equal('application/json');
    const contentType = 'application/x-protobuf';
    const inProtobuf = await post(url, Buffer.alloc(0), { 'content-type': contentType });
    expect(inProtobuf).to.deep.include({ status: 200, body: Buffer.alloc(0) });
    expect(inProtobuf.headers['content-type']).to.equal(contentType);
  });

  it('reads what JSON leaves open: upper case, numbers for strings, null, unknown fields', async () => {
    const span = { ...SPAN, attributes: null, parentSpanId: '', unknown: { of: 'later' } };
    await post(url, traces(span), { 'content-type': 'Application/JSON; charset=utf-8' });
    expect(viewing.spans).to.deep.equal([
      {
        sender: { service: 'unknown_service', attributes: {} },
        scope: '',
        traceId: SPAN.traceId.toLowerCase(),
        spanId: SPAN.spanId.toLowerCase(),
        name: 'a span',
        kind: 0,
        startNanos: 1544712660000000000n,
        endNanos: 1544712661000n,
        attributes: {},
        events: [],
        links: [],
        status: { code: 0 },
      },
    ]);
  });

  it('counts what it refuses in a partial success, and takes the rest', async () => {
    const invalid = [
      { ...SPAN, traceId: '' },
      { ...SPAN, spanId: '0000000000000000' },
    ];
    const { status, body } = await post(url, traces(SPAN, ...invalid));
    expect(status).to.equal(200);
    expect(JSON.parse(body.toString()).partialSuccess.rejectedSpans).to.equal('2');
    expect(viewing.spans).to.have.length(1);
    const request = typeOf('ExportTraceServiceRequest');
    const encoded = request.encode(traces({ name: 'no ids' })).finish();
    const answer = await post(url, encoded, { 'content-type': 'application/x-protobuf' });
    expect(typeOf('ExportTraceServiceResponse').decode(answer.body).toJSON()).to.deep.equal({
      partialSuccess: {
        rejectedSpans: '1',
        errorMessage: 'a span needs a trace id of 16 bytes and a span id of 8, not all zero',
      },
    });
  });

  it('takes nothing of a request that is malformed, and says in a Status why', async () => {
    const wrong = [
      ['{', /JSON/],
      ['[]', /ExportTraceServiceRequest/],
      [{ resourceSpans: {} }, /resourceSpans is no list/],
      [traces(SPAN, { ...SPAN, name: 7 }), /name is no string/],
      [traces(SPAN, { ...SPAN, kind: 'SPAN_KIND_SERVER' }), /kind is no number/],
      [traces(SPAN, { ...SPAN, kind: { low: 1, toNumber: 1 } }), /kind is no number/],
      [traces(SPAN, { ...SPAN, startTimeUnixNano: '-1' }), /startTimeUnixNano/],
      [traces({ ...SPAN, attributes: [{ key: 'a', value: nested(40) }] }), /nested/],
    ] as const;
    for (const [body, reason] of wrong) {
      const answer = await post(url, body);
      expect(answer.status, String(reason)).to.equal(400);
      const { code, message } = JSON.parse(answer.body.toString());
      expect(code).to.equal(3);
      expect(message).to.match(reason);
    }
    const contentType = 'application/x-protobuf';
    const answer = await post(url, 'not protobuf', { 'content-type': contentType });
    expect(answer.status).to.equal(400);
    expect(answer.headers['content-type']).to.equal(contentType);
    expect(typeOf('RpcStatus').decode(answer.body)).to.deep.include({ code: 3 });
    expect(viewing.spans).to.deep.equal([]);
  });

  it('refuses what it does not know', async () => {
    expect(await ask(url)).to.deep.include({ status: 405 });
    expect((await ask(url)).headers.allow).to.equal('POST');
    expect(await post(url, {}, { 'content-type': 'text/plain' })).to.include({ status: 415 });
    const compressed = await post(url, {}, { 'content-encoding': 'br' });
    expect(compressed).to.include({ status: 415 });
    expect(compressed.headers['accept-encoding']).to.equal('gzip, identity');
    expect(await post(url, {}, { 'content-encoding': 'gzip' })).to.include({ status: 400 });
    expect(await ask(`${viewing.url}/v1/profiles`)).to.include({ status: 404 });
  });

  it('refuses who is not of this machine, and what a foreign page sends', async () => {
    const { host } = new URL(viewing.url);
    const rebound = await post(url, traces(SPAN), { host: 'example.com' });
    expect(rebound).to.include({ status: 403 });
    const foreign = await post(url, traces(SPAN), { origin: 'http://example.com' });
    expect(foreign).to.include({ status: 403 });
    expect(await post(url, traces(SPAN), { origin: `http://${host}` })).to.include({ status: 200 });
    expect(viewing.spans).to.have.length(1);
  });

  it('takes no more than 20 MiB, whether they come so or are made by decompression', async () => {
    const large = JSON.stringify({ padding: 'x'.repeat(20 * MEBIBYTE) });
    expect(await post(url, large)).to.include({ status: 413 });
    const bomb = gzipSync(large);
    expect(bomb.length).to.be.below(MEBIBYTE);
    expect(await post(url, bomb, { 'content-encoding': 'gzip' })).to.include({ status: 413 });
    const unannounced = request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    });
    unannounced.end(large);
    const [{ statusCode }] = await once(unannounced, 'response');
    expect(statusCode).to.equal(413);
    unannounced.destroy();
    expect(await post(url, traces(SPAN))).to.include({ status: 200 });
  });

  it('goes on when a sender goes away in the middle', async () => {
    const { hostname, port } = new URL(url);
    for (const encoding of ['identity', 'gzip']) {
      const socket = connect(Number(port), hostname);
      const head = `POST /v1/traces HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\n`;
      socket.write(`${head}Content-Encoding: ${encoding}\r\nContent-Length: 99\r\n\r\n`);
      socket.end('{"resource');
      socket.resume();
      await once(socket, 'close');
    }
    expect(await post(url, traces(SPAN))).to.include({ status: 200 });
    expect(viewing.spans).to.have.length(1);
  });
});

function nested(depth: number): object {
  return depth === 0 ? { boolValue: true } : { arrayValue: { values: [nested(depth - 1)] } };
}
