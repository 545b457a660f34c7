import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { DiagLogLevel, diag, type SpanContext } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { expect } from 'chai';
import {
  type OtlpLogRecord,
  OtlpLogRecordProcessor,
  type OtlpOptions,
  OtlpSpanProcessor,
  QUEUE_DEFAULTS,
} from 'otel-exec/export';
import { decodeRequest } from './agreement/otlp-messages.js';
import { Counts } from './counts.js';
import { OtlpReceiver } from './otlp-receiver.js';

const RECORD: OtlpLogRecord = {
  hrTime: [1, 2],
  hrTimeObserved: [3, 4],
  body: 'a record',
  attributes: {},
  droppedAttributesCount: 0,
  resource: { attributes: { 'service.name': 'spec' } },
  instrumentationScope: { name: 'spec' },
};

describe('an OtlpLogRecordProcessor', () => {
  let told: string[];
  let before: NodeJS.ProcessEnv;

  beforeEach(() => {
    told = [];
    before = process.env;
    process.env = Object.fromEntries(
      Object.entries(before).filter(([name]) => !name.startsWith('OTEL_')),
    );
    const ignore = () => {};
    const warn = (message: string) => told.push(message);
    const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  });

  afterEach(() => {
    diag.disable();
    process.env = before;
  });

  it('posts protobuf with its length, over one connection', async () => {
    await using receiver = await OtlpReceiver.start();
    await using exporter = exporting({ url: `${receiver.url}/any?path` });
    for (const body of ['one', 'two']) {
      exporter.onEmit({ ...RECORD, body });
      await exporter.forceFlush();
    }
    expect(receiver.received.map(bodiesIn)).to.deep.equal([['one'], ['two']]);
    expect(receiver.sockets).to.have.length(1);
    const [{ path, headers, body } = expectOne()] = receiver.received;
    expect(path).to.equal('/any?path');
    expect(headers).to.include({
      'content-type': 'application/x-protobuf',
      'content-length': String(body.length),
    });
    expect(headers['user-agent']).to.match(/^OTel-OTLP-Exporter-otel-exec\/\d+\.\d+\.\d+$/);
    expect(told).to.deep.equal([]);
  });

  for (const [title, variables, path] of [
    ['the endpoint of all signals', { ENDPOINT: '/base' }, '/base/v1/logs'],
    ['one with a slash in the end', { ENDPOINT: '/base/' }, '/base/v1/logs'],
    ['its own before it, as it is', { ENDPOINT: '/no', LOGS_ENDPOINT: '/own' }, '/own'],
    ['its own without a path', { LOGS_ENDPOINT: '' }, '/'],
    ['that of all where its own is none', { ENDPOINT: '', LOGS_ENDPOINT: 'no URL' }, '/v1/logs'],
  ] as [string, Record<string, string>, string][]) {
    it(`sends to where the environment says: ${title}`, async () => {
      await using receiver = await OtlpReceiver.start();
      for (const [name, value] of Object.entries(variables)) {
        const isUrl = !value.includes(' ');
        process.env[`OTEL_EXPORTER_OTLP_${name}`] = isUrl ? receiver.url + value : value;
      }
      process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = 'http://127.0.0.1:1/';
      await send({});
      expect(receiver.received.map((request) => request.path)).to.deep.equal([path]);
      expect(told.length).to.equal(variables.LOGS_ENDPOINT === 'no URL' ? 1 : 0);
    });
  }

  it('refuses a URL in code that is none of HTTP', () => {
    for (const url of ['no URL', 'ftp://there']) {
      expect(() => new OtlpLogRecordProcessor({ url })).to.throw(TypeError);
    }
  });

  it('sends the headers of all signals, of its own and of its options, the later instead of the earlier', async () => {
    await using receiver = await OtlpReceiver.start();
    process.env.OTEL_EXPORTER_OTLP_HEADERS = 'a=1, b = 1%202 ,no,=no,c=1;d=2,%zz=1,Content-Type=no';
    process.env.OTEL_EXPORTER_OTLP_LOGS_HEADERS = 'b=2,e=2';
    await send({ url: receiver.url, headers: { E: '3' } });
    const [{ headers } = expectOne()] = receiver.received;
    const { a, b, c, d, e, no, 'content-type': type } = headers;
    expect({ a, b, c, d, e, no, type }).to.deep.equal({
      a: '1',
      b: '2',
      c: '1',
      d: undefined,
      e: '3',
      no: undefined,
      type: 'application/x-protobuf',
    });
  });

  for (const [variables, isZipped] of [
    [{ COMPRESSION: 'gzip' }, true],
    [{ COMPRESSION: 'gzip', LOGS_COMPRESSION: 'none' }, false],
    [{ COMPRESSION: 'gzip', LOGS_COMPRESSION: 'lzma' }, true],
    [{}, false],
  ] as [Record<string, string>, boolean][]) {
    it(`compresses where it is asked to: ${JSON.stringify(variables)}`, async () => {
      await using receiver = await OtlpReceiver.start();
      setVariables(variables);
      await send({ url: receiver.url });
      const [{ headers, body } = expectOne()] = receiver.received;
      expect(headers['content-encoding']).to.equal(isZipped ? 'gzip' : undefined);
      expect(headers['content-length']).to.equal(String(body.length));
      expect(decodedBodies(isZipped ? gunzipSync(body) : body)).to.deep.equal(['a record']);
      expect(told.length).to.equal(variables.LOGS_COMPRESSION === 'lzma' ? 1 : 0);
    });
  }

  it('tries again what is not answered in the time of the environment', async () => {
    await using receiver = await OtlpReceiver.start();
    setVariables({ TIMEOUT: '60000', LOGS_TIMEOUT: '20.5' });
    receiver.unanswered = 1;
    await send({ url: receiver.url });
    expect(receiver.received.map(bodiesIn)).to.deep.equal([['a record'], ['a record']]);
    expect(told).to.deep.equal([
      'otel-exec: log records wait, and are tried again: the export took too long',
    ]);
  });

  it('asks at once again, without a word, where a kept connection was closed meanwhile', async () => {
    await using receiver = await OtlpReceiver.start();
    await using exporter = exporting({ url: receiver.url });
    exporter.onEmit(RECORD);
    await exporter.forceFlush();
    receiver.sockets[0]?.resetAndDestroy();
    exporter.onEmit({ ...RECORD, body: 'later' });
    await exporter.forceFlush();
    expect(receiver.received.map(bodiesIn)).to.deep.equal([['a record'], ['later']]);
    expect(told).to.deep.equal([]);
  });

  it('holds exactly the bytes that it may, and no more', async () => {
    await using receiver = await OtlpReceiver.start();
    const { url } = receiver;
    await send({ url }, RECORD);
    await send({ url }, RECORD, RECORD);
    const [one = 0, two = 0] = receiver.received.map(({ body }) => body.length);
    const bytes = two - one;
    await send({ url, maxQueueBytes: 3 * bytes }, RECORD, RECORD, RECORD, RECORD);
    await send({ url, maxQueueBytes: 3 * bytes - 1 }, RECORD, RECORD, RECORD);
    expect(receiver.received.slice(2).map(bodiesIn)).to.deep.equal([
      ['a record', 'a record', 'a record'],
      ['a record', 'a record'],
    ]);
    expect(told).to.deep.equal([
      'otel-exec: log records dropped: 1 (queue_full)',
      'otel-exec: log records dropped: 1 (queue_full)',
    ]);
  });

  it('cuts batches by their bytes and by their number, in order', async () => {
    await using receiver = await OtlpReceiver.start();
    const { url } = receiver;
    const records = ['1', '2', '3', '4', '5'].map((body) => ({ ...RECORD, body: body.repeat(99) }));
    await send({ url, maxExportBatchBytes: 300 }, ...records);
    await send({ url, maxExportBatchSize: 3 }, ...records);
    const ids = receiver.received.map((request) => bodiesIn(request).map((body) => body[0]));
    expect(ids.slice(0, 3)).to.deep.equal([['1', '2'], ['3', '4'], ['5']]);
    expect(ids.slice(3)).to.deep.equal([
      ['1', '2', '3'],
      ['4', '5'],
    ]);
    expect(told).to.deep.equal([]);
  });

  it('loses what cannot be read, tells it, and keeps the rest', async () => {
    await using receiver = await OtlpReceiver.start();
    const counts = new Counts();
    const attributes = {
      get odd(): string {
        throw new Error('not for you');
      },
    };
    const endless: Record<string, unknown> = {};
    endless.self = endless;
    const { meterProvider } = counts;
    const odd = [
      { ...RECORD, attributes },
      { ...RECORD, attributes: endless },
    ];
    await send({ url: receiver.url, meterProvider }, RECORD, ...odd, { ...RECORD, body: 'last' });
    expect(receiver.received.map(bodiesIn)).to.deep.equal([['a record', 'last']]);
    expect(await counts.read()).to.deep.equal({ arrived: 2, rejected: 2 });
    expect(told[0]).to.equal('otel-exec: log records dropped: 1 (rejected: not for you)');
    expect(told).to.have.length(2);
  });

  it('exports what a record was when it came, and not what is made of it later', async () => {
    await using receiver = await OtlpReceiver.start();
    await using exporter = exporting({ url: receiver.url });
    const record = { ...RECORD };
    exporter.onEmit(record);
    record.body = 'changed';
    await exporter.forceFlush();
    expect(receiver.received.map(bodiesIn)).to.deep.equal([['a record']]);
  });

  it('waits for what a resource has yet to find out', async () => {
    await using receiver = await OtlpReceiver.start();
    let find = (_name: string) => {};
    const name = new Promise<string>((resolve) => {
      find = resolve;
    });
    const resource = resourceFromAttributes({ 'service.name': name });
    await using exporter = exporting({ url: receiver.url });
    exporter.onEmit({ ...RECORD, resource });
    await exporter.forceFlush({ timeoutMillis: 1 });
    expect(receiver.received).to.deep.equal([]);
    find('found');
    await exporter.forceFlush();
    expect(decoded(receiver).resourceLogs[0]?.resource.attributes[0]?.value.stringValue).to.equal(
      'found',
    );
  });

  it('exports a span only where it is sampled', async () => {
    await using receiver = await OtlpReceiver.start();
    const spans = new OtlpSpanProcessor({ url: receiver.url });
    for (const traceFlags of [0, 1]) {
      const ids = { traceId: '1'.repeat(32), spanId: '1'.repeat(16) };
      const context: SpanContext = { ...ids, traceFlags };
      spans.onEnd({
        ...{ ...RECORD, name: String(traceFlags), kind: 0, status: { code: 0 } },
        ...{ startTime: [1, 0], endTime: [2, 0], events: [], links: [] },
        ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
        spanContext: () => context,
      });
    }
    await spans.shutdown();
    const [{ body } = expectOne()] = receiver.received;
    expect(JSON.stringify(decodeRequest('ExportTraceServiceRequest', body)))
      .to.include('"name":"1"')
      .and.not.include('"name":"0"');
  });

  it('verifies the endpoint by the certificate of the environment, and shows its own', async function () {
    this.timeout(60_000);
    await using files = await certificates();
    const [ca, cert, key] = await Promise.all([
      readFile(files.certificate),
      readFile(files.certificate),
      readFile(files.key),
    ]);
    const tls = { ca, cert, key, requestCert: true, rejectUnauthorized: true };
    await using receiver = await OtlpReceiver.start(tls);
    const { url } = receiver;
    await sendOnce(url);
    expect(receiver.received).to.deep.equal([]);
    setVariables({ CERTIFICATE: files.none, LOGS_CERTIFICATE: files.certificate });
    setVariables({ CLIENT_CERTIFICATE: files.certificate, CLIENT_KEY: files.key });
    await sendOnce(url);
    expect(receiver.received.map(bodiesIn)).to.deep.equal([['a record']]);
    setVariables({ LOGS_CLIENT_KEY: files.none });
    await sendOnce(url);
    expect(receiver.received).to.have.length(1);
    expect(told.some((line) => line.includes("OTLP_CLIENT_KEY can't be read"))).to.equal(true);
  });
});

function exporting(options: OtlpOptions) {
  const processor = new OtlpLogRecordProcessor(options);
  return Object.assign(processor, { [Symbol.asyncDispose]: () => processor.shutdown() });
}

async function send(options: OtlpOptions, ...records: OtlpLogRecord[]): Promise<void> {
  const processor = new OtlpLogRecordProcessor({
    scheduledDelayMillis: QUEUE_DEFAULTS.exportTimeoutMillis,
    ...options,
  });
  for (const record of records.length > 0 ? records : [RECORD]) processor.onEmit(record);
  await processor.shutdown();
}

/** One attempt, whatever comes of it. */
async function sendOnce(url: string): Promise<void> {
  const processor = new OtlpLogRecordProcessor({ url });
  const counted = new Promise<void>((resolve) => {
    const told = diag.warn;
    diag.warn = (...message) => {
      told.apply(diag, message);
      diag.warn = told;
      resolve();
    };
  });
  processor.onEmit(RECORD);
  await Promise.race([processor.forceFlush({ timeoutMillis: 20_000 }), counted]);
  processor.abandon();
}

function setVariables(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    process.env[`OTEL_EXPORTER_OTLP_${name}`] = value;
  }
}

interface Request {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes: readonly { value: { stringValue: string } }[] };
    readonly scopeLogs: readonly {
      readonly logRecords: readonly { readonly body: { readonly stringValue: string } }[];
    }[];
  }[];
}

function decodedBodies(data: Uint8Array): string[] {
  const { resourceLogs } = decodeRequest('ExportLogsServiceRequest', data) as Request;
  return resourceLogs
    .flatMap(({ scopeLogs }) => scopeLogs)
    .flatMap(({ logRecords }) => logRecords)
    .map(({ body }) => body.stringValue);
}

const bodiesIn = ({ body }: { readonly body: Uint8Array }) => decodedBodies(body);

function decoded({ received: [request = expectOne()] }: OtlpReceiver): Request {
  return decodeRequest('ExportLogsServiceRequest', request.body) as Request;
}

function expectOne(): never {
  throw new Error('nothing has come');
}

/** A certificate of 127.0.0.1 that is its own authority, its key, and a file that is neither. */
async function certificates() {
  const folder = await mkdtemp(join(tmpdir(), 'otel-exec-'));
  const [certificate, key, none] = ['cert.pem', 'key.pem', 'none.pem'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const how = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
  const who = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const out = ['-keyout', key, '-out', certificate];
  await promisify(execFile)('openssl', [...how.split(' '), ...who, ...out]);
  await writeFile(join(folder, 'empty'), '');
  const remove = () => rm(folder, { recursive: true });
  return { certificate, key, none, [Symbol.asyncDispose]: remove };
}
