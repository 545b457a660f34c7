import { once } from 'node:events';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { emptyResource } from '@opentelemetry/resources';
import { expect } from 'chai';
import { ExportQueue } from 'otel-exec/export';

interface Item {
  readonly id: number;
  readonly resource: ReturnType<typeof emptyResource>;
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

describe('an export queue', () => {
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
    await queue.flush();
    expect(exporter.batches).to.deep.equal([[0, 1], [2, 3], [4]]);
    expect([queue.size, told]).to.deep.equal([0, []]);
  });

  it('sends an incomplete batch after its delay', async () => {
    const { exporter } = fill(new Exporter(), 1, { delayMillis: 1 });
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
      await queue.shutdown(30_000);
      expect(exporter.batches).to.deep.equal([
        [0, 1],
        [0, 1],
      ]);
      expect(told).to.deep.equal(['spans wait, and are tried again: no']);
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
      await queue.shutdown(30_000);
      expect(exporter.batches).to.deep.equal([[0, 1], [2]]);
      expect(told[0]).to.match(/^spans are refused: (no|cannot be serialized)$/);
      expect(told.slice(1)).to.deep.equal(['spans dropped: 2 (rejected)']);
    });
  }

  it('drops what comes while it is full, and tells how much', async () => {
    const { exporter, queue } = fill(new Exporter('never'), 7, { capacity: 4 });
    expect(queue.size).to.equal(4);
    await queue.shutdown(1);
    expect(exporter.batches).to.deep.equal([[0, 1]]);
    expect(told).to.deep.equal(['spans dropped: 3 (queue_full)', 'spans dropped: 4 (shutdown)']);
  });

  it('tries again what took too long', async () => {
    const { exporter, queue } = fill(new Exporter('never'), 1, { timeoutMillis: 1 });
    await queue.shutdown(30_000);
    expect(exporter.batches).to.deep.equal([[0], [0]]);
    expect(told).to.deep.equal(['spans wait, and are tried again: the export took too long']);
  });

  it('ends once, however often it is told to', async () => {
    const { exporter, queue } = fill(new Exporter(), 1);
    await Promise.all([queue.shutdown(100), queue.shutdown(100), queue.flush()]);
    expect(exporter.batches).to.deep.equal([[0]]);
  });
});

function fill(exporter: Exporter, count: number, options: Record<string, number> = {}) {
  const queue = new ExportQueue<Item>({
    signal: 'span',
    exporter,
    capacity: 10,
    batchSize: 2,
    delayMillis: 60_000,
    timeoutMillis: 30_000,
    ...options,
  });
  const resource = emptyResource();
  for (let id = 0; id < count; id++) queue.add({ id, resource });
  return { exporter, queue };
}
