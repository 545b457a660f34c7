import { once } from 'node:events';
import { DiagLogLevel, diag, type SpanContext, TraceFlags } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { emptyResource } from '@opentelemetry/resources';
import { expect } from 'chai';
import {
  type Exportable,
  QueuedLogRecordProcessor,
  QueuedSpanProcessor,
  type QueueOptions,
} from 'otel-exec/export';

interface Item {
  readonly id: number;
  readonly attributes: object;
  readonly resource: Exportable['resource'];
}

const SUCCESS: ExportResult = { code: ExportResultCode.SUCCESS };
const failure = (more: object): ExportResult => ({
  code: ExportResultCode.FAILED,
  error: Object.assign(new Error('no'), more),
});

/** Answers each batch with the next of its answers, and with success when there are none left. */
class Exporter extends EventTarget {
  readonly batches: number[][] = [];
  readonly #answers: (ExportResult | 'never' | 'throw')[];

  constructor(...answers: (ExportResult | 'never' | 'throw')[]) {
    super();
    this.#answers = answers;
  }

  export(items: Item[], done: (result: ExportResult) => void): void {
    this.batches.push(items.map(({ id }) => id));
    const answer = this.#answers.shift() ?? SUCCESS;
    this.dispatchEvent(new Event('export'));
    if (answer === 'throw') throw new Error('cannot be serialized');
    if (answer !== 'never') done(answer);
  }

  async shutdown(): Promise<void> {}
}

describe('a queued processor', () => {
  let told: string[];

  beforeEach(() => {
    told = [];
    const ignore = () => {};
    const warn = (message: string) => told.push(message);
    const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  });

  afterEach(() => diag.disable());

  it('sends full batches at once, in order, and the rest when it is flushed', async () => {
    const { exporter, queue } = fill(new Exporter(), 5);
    await queue.forceFlush();
    expect(exporter.batches).to.deep.equal([[0, 1], [2, 3], [4]]);
    expect([queue.waiting, told]).to.deep.equal([0, []]);
  });

  it('sends an incomplete batch after its delay', async () => {
    const { exporter } = fill(new Exporter(), 1, { scheduledDelayMillis: 1 });
    const keptAlive = setTimeout(() => {}, 5_000);
    await once(exporter, 'export');
    clearTimeout(keptAlive);
    expect(exporter.batches).to.deep.equal([[0]]);
  });

  for (const [name, answer] of Object.entries({
    'a network that fails': failure({ code: 'ECONNREFUSED' }),
    'an HTTP status that may be retried': failure({}),
    'UNAVAILABLE over gRPC': failure({ code: 14 }),
    'RESOURCE_EXHAUSTED with RetryInfo': failure({ code: 8, metadata: { get: () => ['info'] } }),
  })) {
    it(`keeps a batch through ${name}`, async () => {
      const { exporter, queue } = fill(new Exporter(answer), 2);
      await queue.shutdown();
      expect(exporter.batches).to.deep.equal([
        [0, 1],
        [0, 1],
      ]);
      expect(told).to.have.length(1);
      expect(told[0]).to.match(/^otel-exec: log records wait, and are tried again: (\d+ )?no$/);
    });
  }

  for (const [name, answer] of Object.entries({
    'HTTP 400': failure({ code: 400 }),
    'UNIMPLEMENTED over gRPC': failure({ code: 12 }),
    'RESOURCE_EXHAUSTED without RetryInfo': failure({ code: 8, metadata: { get: () => [] } }),
    'an exporter that throws': 'throw' as const,
  })) {
    it(`drops what ${name} refuses, tells how much, and goes on`, async () => {
      const { exporter, queue } = fill(new Exporter(answer), 3);
      await queue.shutdown();
      expect(exporter.batches).to.deep.equal([[0, 1], [2]]);
      expect(told).to.have.length(1);
      expect(told[0]).to.match(
        /^otel-exec: log records dropped: 2 \(rejected: .*(no|serialized)\)$/,
      );
    });
  }

  it('drops what comes while it is full, and tells how much', async () => {
    const { exporter, queue } = fill(new Exporter('never'), 7, { maxQueueSize: 4 });
    expect(queue.waiting).to.equal(4);
    await queue.shutdown({ timeoutMillis: 1 });
    expect(exporter.batches).to.deep.equal([[0, 1]]);
    expect(told).to.deep.equal([
      'otel-exec: log records dropped: 3 (queue_full)',
      'otel-exec: log records dropped: 4 (shutdown)',
    ]);
  });

  it('tries again what took too long', async () => {
    const { exporter, queue } = fill(new Exporter('never'), 1, { exportTimeoutMillis: 1 });
    await queue.shutdown({ timeoutMillis: 30_000 });
    expect(exporter.batches).to.deep.equal([[0], [0]]);
    expect(told).to.deep.equal([
      'otel-exec: log records wait, and are tried again: the export took too long',
    ]);
  });

  it('holds no more bytes than it may, and puts no more into a batch', async () => {
    const long = 'a'.repeat(1_000);
    const exporter = new Exporter();
    const limits = { maxQueueBytes: 5_000, maxExportBatchBytes: 2_500, maxExportBatchSize: 10 };
    const { queue } = fill(exporter, 0, { maxQueueSize: 100, ...limits });
    const resource = emptyResource();
    for (let id = 0; id < 7; id++) queue.onEmit({ id, resource, attributes: { long } });
    await queue.shutdown();
    expect(exporter.batches).to.deep.equal([
      [0, 1],
      [2, 3],
    ]);
    expect(told).to.deep.equal(['otel-exec: log records dropped: 3 (queue_full)']);
  });

  it('flushes in the time it is given, tells what waits, and keeps it', async () => {
    const { exporter, queue } = fill(new Exporter(failure({})), 3);
    const began = performance.now();
    await queue.forceFlush({ timeoutMillis: 20 });
    expect(performance.now() - began).to.be.below(900);
    expect(told.at(-1)).to.equal('otel-exec: log records still wait after 20 ms of a flush: 3');
    await queue.forceFlush();
    expect(exporter.batches).to.deep.equal([[0, 1], [0, 1], [2]]);
  });

  it('ends a flush while more comes than it could ever send', async () => {
    const { exporter, queue } = fill(new Exporter(), 2);
    const resource = emptyResource();
    let id = 2;
    exporter.addEventListener('export', () => {
      for (const _ of [1, 2]) queue.onEmit({ id: id++, resource, attributes: {} });
    });
    await queue.forceFlush();
    queue.abandon();
    expect(exporter.batches.length).to.be.below(4);
  });

  it('gives up at once where it is told to, and tells what had not arrived, once', async () => {
    const { exporter, queue } = fill(new Exporter('never'), 3);
    await once(exporter, 'export');
    queue.abandon();
    await queue.shutdown();
    queue.onEmit({ id: 9, resource: emptyResource(), attributes: {} });
    expect(exporter.batches).to.deep.equal([[0, 1]]);
    expect(told).to.deep.equal(['otel-exec: log records dropped: 3 (shutdown)']);
  });

  it('waits for what a resource has yet to find out, however it is flushed', async () => {
    let find = () => {};
    const found = new Promise<void>((resolve) => {
      find = resolve;
    });
    const { exporter, queue } = fill(new Exporter(), 0);
    const resource = { ...emptyResource(), waitForAsyncAttributes: () => found };
    queue.onEmit({ id: 0, resource, attributes: {} });
    await queue.forceFlush({ timeoutMillis: 1 });
    expect(exporter.batches).to.deep.equal([]);
    find();
    await queue.forceFlush();
    expect(exporter.batches).to.deep.equal([[0]]);
  });

  it('lets no listener of a retry stay behind', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on('warning', listen);
    const failures = Array.from({ length: 20 }, () => failure({ code: 'ECONNREFUSED' }));
    const { exporter, queue } = fill(new Exporter(...failures), 1);
    while (queue.waiting > 0) await queue.forceFlush({ timeoutMillis: 1 });
    await new Promise(setImmediate);
    process.off('warning', listen);
    expect(exporter.batches).to.have.length(21);
    expect(warnings).to.deep.equal([]);
  });

  it('takes spans that are sampled, and no other', async () => {
    const exporter = new Exporter();
    const queue = new QueuedSpanProcessor<Item & { spanContext(): SpanContext }>(exporter);
    const traces = { traceId: '1'.repeat(32), spanId: '1'.repeat(16) };
    const resource = emptyResource();
    for (const traceFlags of [TraceFlags.NONE, TraceFlags.SAMPLED]) {
      const spanContext = () => ({ ...traces, traceFlags });
      queue.onEnd({ id: traceFlags, resource, attributes: {}, spanContext });
    }
    await queue.shutdown();
    expect(exporter.batches).to.deep.equal([[TraceFlags.SAMPLED]]);
  });

  it('ends once, however often it is told to', async () => {
    const { exporter, queue } = fill(new Exporter(), 1);
    await Promise.all([queue.shutdown(), queue.shutdown(), queue.forceFlush()]);
    expect(exporter.batches).to.deep.equal([[0]]);
  });
});

function fill(exporter: Exporter, count: number, options: QueueOptions = {}) {
  const queue = new QueuedLogRecordProcessor<Item>(exporter, {
    maxQueueSize: 10,
    maxExportBatchSize: 2,
    scheduledDelayMillis: 60_000,
    ...options,
  });
  const resource = emptyResource();
  for (let id = 0; id < count; id++) queue.onEmit({ id, resource, attributes: {} });
  return { exporter, queue };
}
