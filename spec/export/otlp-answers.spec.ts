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
import { type BatchExporter, QueuedLogRecordProcessor } from 'otel-exec/export';
import { type Answer, Endpoint, status } from '../otlp-endpoint.js';
import { Counts } from './counts.js';

const PAGE = '<!DOCTYPE html><title>Sign in</title>';
/** ExportLogsServiceResponse { partial_success { rejected_log_records: 2, error_message: "no" } } */
const REJECTS_TWO = Uint8Array.of(0x0a, 6, 0x08, 2, 0x12, 2, 0x6e, 0x6f);
const WITH_TRAILERS = { waitForTrailers: true };
const rejecting = (count: number) =>
  JSON.stringify({
    partialSuccess: { rejectedLogRecords: String(count), errorMessage: 'no' },
  });
const exporters = {
  json: (url: string): BatchExporter<ReadableLogRecord> => new JsonLogExporter({ url }),
  protobuf: (url: string): BatchExporter<ReadableLogRecord> => new ProtobufLogExporter({ url }),
};
const partial = { json: rejecting(2), protobuf: REJECTS_TWO };

describe('an OTLP exporter in a queued processor', () => {
  let told: string[];

  beforeEach(() => {
    told = [];
    const ignore = () => {};
    const warn = (message: string, ...more: unknown[]) => told.push([message, ...more].join(' '));
    const logger = { error: warn, warn, info: ignore, debug: ignore, verbose: ignore };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  });

  afterEach(() => diag.disable());

  for (const encoding of ['json', 'protobuf'] as const) {
    it(`counts as rejected what a partial success rejects, in ${encoding}`, async () => {
      await using endpoint = await Endpoint.start();
      endpoint.answer(status(200, partial[encoding]));
      const { counts, end } = emit(exporters[encoding](endpoint.url), 5);
      await end();
      expect(await counts.read()).to.deep.equal({ arrived: 3, rejected: 2 });
      expect(told).to.deep.equal(['otel-exec: log records dropped: 2 (rejected: no)']);
    });

    it(`does not take a login page for a delivery, in ${encoding}`, async () => {
      await using endpoint = await Endpoint.start();
      endpoint.answer(status(200, PAGE));
      const { counts, end } = emit(exporters[encoding](endpoint.url), 5);
      await end();
      expect(await counts.read()).to.deep.equal({ invalid_response: 5 });
      expect(told).to.have.length(1);
      expect(told[0]).to.match(
        /^otel-exec: log records dropped: 5 \(invalid_response: the answer is no OTLP response: "<!DOCTYPE/,
      );
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
    const { counts, end } = emit(new GrpcLogExporter({ url: `http://127.0.0.1:${port}` }), 5);
    await end();
    server.close();
    expect(await counts.read()).to.deep.equal({ arrived: 3, rejected: 2 });
    expect(told).to.deep.equal(['otel-exec: log records dropped: 2 (rejected: no)']);
  });

  it('passes on what the endpoint says of what it takes, once', async () => {
    await using endpoint = await Endpoint.start(
      status(200, JSON.stringify({ partialSuccess: { errorMessage: 'soon full' } })),
    );
    const { counts, end } = emit(exporters.json(endpoint.url), 5, { maxExportBatchSize: 1 });
    await end();
    expect(await counts.read()).to.deep.equal({ arrived: 5 });
    expect(told).to.deep.equal([
      'otel-exec: log records arrived, and the endpoint says: soon full',
    ]);
  });

  it('says what was refused for good with its status', async () => {
    await using endpoint = await Endpoint.start();
    endpoint.answer(status(404));
    const { end } = emit(exporters.json(endpoint.url), 1);
    await end();
    expect(told).to.deep.equal(['otel-exec: log records dropped: 1 (rejected: 404 Not Found)']);
  });

  it('asks no sooner than Retry-After says, however it is flushed', async () => {
    await using endpoint = await Endpoint.start();
    endpoint.answer(status(503, '', { 'retry-after': '2' }));
    const { processor, counts, end } = emit(exporters.json(endpoint.url), 1);
    while (processor.waiting > 0) await processor.forceFlush({ timeoutMillis: 50 });
    const [first = 0, second = 0] = endpoint.asked;
    expect(second - first).to.be.above(1_980);
    expect(await counts.read()).to.deep.equal({ arrived: 1 });
    await end();
  });

  it('counts each record once, in order, whatever the endpoint answers and whenever it ends', async function () {
    this.timeout(60_000);
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
          told = [];
          const taken: string[] = [];
          const expected = { arrived: 0, rejected: 0, invalid_response: 0 };
          const answering = (kind: string | number): Answer => {
            return (response, body) => {
              const ids = [...body.matchAll(/"stringValue":"(\d+)"/g)].map(([, id = '']) => id);
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
              return status(200, kind === 'taken' ? '{}' : rejecting(rejects))(response, body);
            };
          };
          await using endpoint = await Endpoint.start(answering('taken'));
          const exporter = exporters.json(endpoint.url);
          const limits = { maxExportBatchSize: 3, maxQueueSize: maxQueueSize + 1 };
          const { processor, counts, emitRecord, end } = emit(exporter, 0, limits);
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
          const total = Object.values(counted).reduce(
            (sum, one) => sum + one,
            shutdown + queue_full,
          );
          expect(total).to.equal(sent);
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
  });
});

function emit(exporter: BatchExporter<ReadableLogRecord>, count: number, limits = {}) {
  const counts = new Counts();
  const processor = new QueuedLogRecordProcessor(exporter, {
    ...limits,
    meterProvider: counts.meterProvider,
  });
  const provider = new LoggerProvider({ processors: [processor] });
  const logger = provider.getLogger('spec');
  const emitRecord = (body: string) => logger.emit({ body });
  for (let id = 0; id < count; id++) emitRecord(String(id));
  return { processor, counts, emitRecord, end: () => provider.shutdown() };
}
