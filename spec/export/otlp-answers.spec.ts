import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPLogExporter as GrpcLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  type BatchExporter,
  OtlpLogRecordProcessor,
  QueuedLogRecordProcessor,
  type QueueOptions,
} from 'otel-exec/export';
import { type Answer, Endpoint, status } from '../otlp-endpoint.js';
import { Counts } from './counts.js';

const PAGE = '<!DOCTYPE html><title>Sign in</title>';
/** ExportLogsServiceResponse { partial_success { rejected_log_records: 2, error_message: "no" } } */
const REJECTS_TWO = Uint8Array.of(0x0a, 6, 0x08, 2, 0x12, 2, 0x6e, 0x6f);
/** … { error_message: "soon full" } */
const SAYS_SOON_FULL = Buffer.from('\x0a\x0b\x12\x09soon full');
const WITH_TRAILERS = { waitForTrailers: true };
const rejecting = (count: number) =>
  JSON.stringify({
    partialSuccess: { rejectedLogRecords: String(count), errorMessage: 'no' },
  });
const queued =
  (exporterOf: (url: string) => BatchExporter<ReadableLogRecord>) =>
  (url: string, options?: QueueOptions) =>
    new QueuedLogRecordProcessor(exporterOf(url), options);
const ways = {
  'an exporter of JSON': queued((url) => new JsonLogExporter({ url })),
  'an exporter of protobuf': queued((url) => new ProtobufLogExporter({ url })),
  'an OtlpLogRecordProcessor': (url: string, options?: QueueOptions) =>
    new OtlpLogRecordProcessor({ url, ...options }),
};
type Way = (typeof ways)[keyof typeof ways];
const IN_JSON = { 'content-type': 'application/json; charset=utf-8' };

describe('what an endpoint of OTLP answers', () => {
  let told: string[];

  beforeEach(() => {
    told = [];
    const ignore = () => {};
    const warn = (message: string, ...more: unknown[]) => told.push([message, ...more].join(' '));
    const logger = { error: warn, warn, info: ignore, debug: ignore, verbose: ignore };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  });

  afterEach(() => diag.disable());

  for (const [name, way] of Object.entries(ways)) {
    const partial = name.includes('JSON') ? rejecting(2) : REJECTS_TWO;

    it(`is counted as rejected where it rejects some, by ${name}`, async () => {
      await using endpoint = await Endpoint.start();
      endpoint.answer(status(200, partial));
      const { counts, end } = emit(way, endpoint.url, 5);
      await end();
      expect(await counts.read()).to.deep.equal({ arrived: 3, rejected: 2 });
      expect(told).to.deep.equal(['otel-exec: log records dropped: 2 (rejected: no)']);
    });

    it(`is not taken for a delivery where it is a login page, by ${name}`, async () => {
      await using endpoint = await Endpoint.start();
      endpoint.answer(status(200, PAGE));
      const { counts, end } = emit(way, endpoint.url, 5);
      await end();
      expect(await counts.read()).to.deep.equal({ invalid_response: 5 });
      expect(told).to.have.length(1);
      expect(told[0]).to.match(
        /^otel-exec: log records dropped: 5 \(invalid_response: the answer is no OTLP response: "<!DOCTYPE/,
      );
    });

    it(`says with its status what was refused for good, by ${name}`, async () => {
      await using endpoint = await Endpoint.start();
      endpoint.answer(status(404));
      const { end } = emit(way, endpoint.url, 1);
      await end();
      expect(told).to.deep.equal(['otel-exec: log records dropped: 1 (rejected: 404 Not Found)']);
    });

    it(`is heeded where it is Retry-After, however it is flushed, by ${name}`, async () => {
      await using endpoint = await Endpoint.start();
      endpoint.answer(status(503, '', { 'retry-after': '2' }));
      const { processor, counts, end } = emit(way, endpoint.url, 1);
      while (processor.waiting > 0) await processor.forceFlush({ timeoutMillis: 50 });
      const [first = 0, second = 0] = endpoint.asked;
      expect(second - first).to.be.above(1_980);
      expect(await counts.read()).to.deep.equal({ arrived: 1 });
      await end();
    });

    it(`is passed on, once, where everything was taken, by ${name}`, async () => {
      const answer = JSON.stringify({ partialSuccess: { errorMessage: 'soon full' } });
      await using endpoint = await Endpoint.start(
        name.includes('of protobuf') ? status(200, SAYS_SOON_FULL) : status(200, answer, IN_JSON),
      );
      const { counts, end } = emit(way, endpoint.url, 5, { maxExportBatchSize: 1 });
      await end();
      expect(await counts.read()).to.deep.equal({ arrived: 5 });
      expect(told).to.deep.equal([
        'otel-exec: log records arrived, and the endpoint says: soon full',
      ]);
    });
  }

  it('counts as rejected what a partial success rejects, over gRPC', async () => {
    const server = createServer().on('stream', (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, WITH_TRAILERS);
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.resume().on('end', () => stream.end(Uint8Array.of(0, 0, 0, 0, 8, ...REJECTS_TWO)));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const overGrpc = queued((url) => new GrpcLogExporter({ url }));
    const { counts, end } = emit(overGrpc, `http://127.0.0.1:${port}`, 5);
    await end();
    server.close();
    expect(await counts.read()).to.deep.equal({ arrived: 3, rejected: 2 });
    expect(told).to.deep.equal(['otel-exec: log records dropped: 2 (rejected: no)']);
  });

  for (const [name, way] of Object.entries(ways)) {
    if (name.includes('of protobuf')) continue;
    it(`is counted once for each record, in order, whatever it is and whenever it ends, by ${name}`, async function () {
      await expectEachCountedOnce(this, way, () => told.splice(0));
    });
  }
});

/** @param takeTold gives what was told since it was last called */
async function expectEachCountedOnce(
  test: Mocha.Context,
  way: Way,
  takeTold: () => string[],
): Promise<void> {
  test.timeout(60_000);
  const answer = fc.oneof(
    fc.constantFrom('taken', 'page', 'refused', 'unavailable', 'reset' as const),
    fc.integer({ min: 1, max: 9 }),
  );
  const round = fc.record({ records: fc.nat(9), answers: fc.array(answer, { maxLength: 4 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(round, { minLength: 1, maxLength: 4 }),
      fc.option(fc.nat(3)),
      fc.nat(12),
      async (rounds, cutAfter, maxQueueSize) => {
        takeTold();
        const taken: string[] = [];
        const expected = { arrived: 0, rejected: 0, invalid_response: 0 };
        const answering = (kind: string | number): Answer => {
          return (response, body) => {
            const ids = [...body.matchAll(/id:(\d+);/g)].map(([, id = '']) => id);
            if (kind === 'unavailable') return status(503)(response, body);
            if (kind === 'reset') return response.destroy();
            taken.push(...ids);
            const rejects = kind === 'refused' ? ids.length : Math.min(Number(kind), ids.length);
            if (kind === 'page') expected.invalid_response += ids.length;
            else expected.rejected += rejects || 0;
            if (kind === 'taken') expected.arrived += ids.length;
            else if (typeof kind === 'number') expected.arrived += ids.length - rejects;
            if (kind === 'page') return status(200, PAGE)(response, body);
            if (kind === 'refused') return status(400)(response, body);
            return status(
              200,
              kind === 'taken' ? '{}' : rejecting(rejects),
              IN_JSON,
            )(response, body);
          };
        };
        await using endpoint = await Endpoint.start(answering('taken'));
        const limits = { maxExportBatchSize: 3, maxQueueSize: maxQueueSize + 1 };
        const { processor, counts, emitRecord, end } = emit(way, endpoint.url, 0, limits);
        let sent = 0;
        for (const [index, { records, answers }] of rounds.entries()) {
          for (let record = 0; record < records; record++) emitRecord(String(sent++));
          endpoint.answer(...answers.map(answering));
          if (index === cutAfter) await processor.shutdown({ timeoutMillis: index });
          await processor.forceFlush({ timeoutMillis: 5 });
        }
        while (processor.waiting > 0) await processor.forceFlush({ timeoutMillis: 5 });
        await end();
        processor.abandon();
        const { shutdown = 0, queue_full = 0, ...counted } = await counts.read();
        const total = Object.values(counted).reduce((sum, one) => sum + one, shutdown + queue_full);
        expect(total).to.equal(sent);
        const told = takeTold();
        const toldCount = (reason: string) =>
          told
            .flatMap((line) => line.match(new RegExp(`dropped: (\\d+) \\(${reason}`))?.[1] ?? [])
            .reduce((sum, one) => sum + Number(one), 0);
        expect(toldCount('queue_full')).to.equal(queue_full);
        expect(toldCount('shutdown')).to.equal(shutdown);
        if (cutAfter !== null && cutAfter < rounds.length) return;
        expect({ arrived: 0, rejected: 0, invalid_response: 0, ...counted }).to.deep.equal(
          expected,
        );
        expect(taken).to.deep.equal([...taken].sort((one, other) => Number(one) - Number(other)));
        expect(new Set(taken).size).to.equal(taken.length);
      },
    ),
    { numRuns: 60 },
  );
}

function emit(way: Way, url: string, count: number, limits = {}) {
  const counts = new Counts();
  const processor = way(url, { ...limits, meterProvider: counts.meterProvider });
  const provider = new LoggerProvider({ processors: [processor] });
  const logger = provider.getLogger('spec');
  const emitRecord = (id: string) => logger.emit({ body: `id:${id};` });
  for (let id = 0; id < count; id++) emitRecord(String(id));
  return { processor, counts, emitRecord, end: () => provider.shutdown() };
}
