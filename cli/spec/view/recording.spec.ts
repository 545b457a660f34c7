import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { typeOf } from '../../view/otlp/messages.js';
import { linesOf } from '../../view/recording/lines-of.js';
import { OpenRecording } from '../../view/recording/loading.js';
import { Recorder, type RecorderLimits } from '../../view/recording/recorder.js';
import { post } from './asking.js';
import { Viewing } from './viewing.js';

const traceId = '5b8efff798038103d269b633813fc60c';
const spanId = 'eee19b7ec3c1b174';
const traces = { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId, name: 'one' }] }] }] };
const logs = {
  resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'two' } }] }] }],
};
const metrics = {
  resourceMetrics: [
    { scopeMetrics: [{ metrics: [{ name: 'three', gauge: { dataPoints: [{ asInt: '3' }] } }] }] },
  ],
};

describe('a recording', () => {
  let folder: string;
  let path: string;
  let told: string[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'otel-exec-recording-'));
    path = join(folder, 'recording.jsonl');
    told = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  const record = (limits?: RecorderLimits) =>
    Recorder.open(path, (message) => told.push(message), limits);

  async function load(viewing: Viewing) {
    const skipped: [number, string][] = [];
    let done = 0;
    const listener = {
      progress: (part: number) => {
        expect(part).to.be.within(done, 1);
        done = part;
      },
      skipped: (line: number, reason: string) => skipped.push([line, reason]),
    };
    const { requests } = await (await OpenRecording.open(path)).load(viewing, listener);
    return { requests, skipped, done };
  }

  it('has what came, and shows the same when it is opened', async () => {
    const recorder = await record();
    await using viewing = await Viewing.start(recorder);
    await post(`${viewing.url}/v1/traces`, traces);
    await post(`${viewing.url}/v1/logs`, logs);
    await post(`${viewing.url}/v1/metrics`, metrics);
    await post(`${viewing.url}/v1/metrics`, '{"resourceMetrics":7}');
    await recorder.close();
    const lines = (await readFile(path, 'utf8')).split('\n');
    expect(lines.map((line) => line && JSON.parse(line))).to.deep.equal([
      traces,
      logs,
      metrics,
      '',
    ]);
    await using again = await Viewing.start();
    expect(await load(again)).to.deep.equal({ requests: 3, skipped: [], done: 1 });
    const { spans, logRecords, metrics: points } = viewing;
    expect([again.spans, again.logRecords, again.metrics]).to.deep.equal([
      spans,
      logRecords,
      points,
    ]);
    expect([spans.length, logRecords.length, points.length]).to.deep.equal([1, 1, 1]);
    expect(told).to.deep.equal([]);
  });

  it('has protobuf as OTLP writes JSON', async () => {
    const bytes = Buffer.from([0, 1, 255]);
    const message = {
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                {
                  traceId: Buffer.from(traceId, 'hex'),
                  spanId: Buffer.from(spanId, 'hex'),
                  startTimeUnixNano: '18446744073709551615',
                  kind: 2,
                  attributes: [
                    { key: 'bytes', value: { bytesValue: bytes } },
                    { key: 'int', value: { intValue: '-9223372036854775808' } },
                    { key: 'double', value: { doubleValue: Number.NEGATIVE_INFINITY } },
                    { key: 'list', value: { arrayValue: { values: [{ boolValue: false }] } } },
                    { key: 'nothing', value: {} },
                  ],
                },
              ],
            },
          ],
        },
      ],
    };
    const recorder = await record();
    await using viewing = await Viewing.start(recorder);
    const body = typeOf('ExportTraceServiceRequest').encode(message).finish();
    await post(`${viewing.url}/v1/traces`, body, { 'content-type': 'application/x-protobuf' });
    await recorder.close();
    const [span] = JSON.parse(await readFile(path, 'utf8')).resourceSpans[0].scopeSpans[0].spans;
    expect(span).to.deep.equal({
      traceId,
      spanId,
      startTimeUnixNano: '18446744073709551615',
      kind: 2,
      attributes: [
        { key: 'bytes', value: { bytesValue: bytes.toString('base64') } },
        { key: 'int', value: { intValue: '-9223372036854775808' } },
        { key: 'double', value: { doubleValue: '-Infinity' } },
        { key: 'list', value: { arrayValue: { values: [{ boolValue: false }] } } },
        { key: 'nothing', value: {} },
      ],
    });
    await using again = await Viewing.start();
    await load(again);
    expect(again.spans).to.deep.equal(viewing.spans);
    expect(again.spans[0]?.attributes).to.deep.equal({
      bytes: new Uint8Array(bytes),
      int: -9223372036854775808n,
      double: Number.NEGATIVE_INFINITY,
      list: [false],
      nothing: null,
    });
  });

  it('is added to, on a line of its own, also where the last one was cut', async () => {
    await writeFile(path, `${JSON.stringify(logs)}\n{"resourceSpans":[{"sco`);
    const recorder = await record();
    recorder.request(() => traces);
    await recorder.close();
    await using viewing = await Viewing.start();
    const { requests, skipped } = await load(viewing);
    expect(requests).to.equal(2);
    expect(skipped.map(([line]) => line)).to.deep.equal([2]);
    expect(viewing.spans).to.have.length(1);
  });

  it('is opened as it was, also where it is added to meanwhile', async () => {
    for (const before of ['', `${JSON.stringify(logs)}\n`]) {
      await writeFile(path, before);
      const opened = await OpenRecording.open(path);
      const recorder = await record();
      recorder.request(() => traces);
      await recorder.close();
      await using viewing = await Viewing.start();
      const listener = { progress() {}, skipped: (_: number, reason: string) => told.push(reason) };
      const { requests } = await opened.load(viewing, listener);
      expect(requests).to.equal(before === '' ? 0 : 1);
      expect(viewing.spans).to.deep.equal([]);
      expect(told).to.deep.equal([]);
    }
  });

  it('skips lines that say nothing, and says which and why', async () => {
    const lines = ['', 'nonsense', '{"resourceProfiles":[]}', '{"resourceSpans":[7]}', '[]'];
    await writeFile(path, [...lines, JSON.stringify(logs)].join('\r\n'));
    await using viewing = await Viewing.start();
    const { requests, skipped, done } = await load(viewing);
    expect({ requests, done }).to.deep.equal({ requests: 1, done: 1 });
    expect(skipped.map(([line]) => line)).to.deep.equal([2, 3, 4, 5]);
    for (const [index, reason] of [/JSON/, /none of resourceSpans/, /list of messages/].entries()) {
      expect(skipped[index]?.[1]).to.match(reason);
    }
  });

  it('ends at its limit, which is told once, as what was not saved is', async () => {
    const recorder = await record({ recordingBytes: 10 });
    for (let times = 0; times < 3; times++) recorder.request(() => logs);
    await recorder.close();
    expect((await readFile(path, 'utf8')).split('\n')).to.have.length(2);
    expect(told).to.have.length(2);
    expect(told[0]).to.match(/nothing more is saved: it has \d+ bytes/);
    expect(told[1]).to.equal('2 requests were not saved');
  });

  it('says once that the disk is full (skipped elsewhere than on Linux)', async function () {
    if (process.platform !== 'linux') this.skip();
    path = '/dev/full';
    const recorder = await record();
    for (let times = 0; times < 3; times++) recorder.request(() => logs);
    await recorder.close();
    expect(told.join()).to.match(/nothing more is saved: .*ENOSPC/);
    expect(told.filter((message) => message.includes('ENOSPC'))).to.have.length(1);
  });
});

describe('the lines of a file', () => {
  async function read(chunks: readonly string[], maxBytes = 100) {
    const lines: [number, string | undefined][] = [];
    const source = (async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk);
    })();
    for await (const { number, bytes } of linesOf(source, maxBytes)) {
      lines.push([number, bytes?.toString()]);
    }
    return lines;
  }

  it('are the same however it comes in chunks', async () => {
    const whole = await read(['one\n\nthree é\nfour']);
    expect(whole).to.deep.equal([
      [1, 'one'],
      [2, ''],
      [3, 'three é'],
      [4, 'four'],
    ]);
    expect(await read(['o', 'ne', '\n', '\nthr', 'ee é\nfo', 'ur'])).to.deep.equal(whole);
    expect(await read(['one\n'])).to.deep.equal([[1, 'one']]);
    expect(await read([])).to.deep.equal([]);
  });

  it('are passed over where they are too long, in one chunk or in many', async () => {
    const expected = [
      [1, undefined],
      [2, 'short'],
      [3, undefined],
    ];
    expect(await read(['longer\nshort\nlonger'], 5)).to.deep.equal(expected);
    expect(await read(['lon', 'ger\nsho', 'rt\nlon', 'g', 'er'], 5)).to.deep.equal(expected);
  });
});
