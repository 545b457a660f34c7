import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type LogRecordProcessor,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import { expect } from 'chai';
import {
  LineFilterError,
  LineLogRecordProcessor,
  type LineProcessorOptions,
  parseLineFilter,
} from 'otel-exec/lines';
import { SlowReader } from './slow-reader.js';

const timestamp = new Date('2026-01-31T12:00:00.123Z');
const directives = 'warn,codex_exec_server::telemetry=info';

function start(options: LineProcessorOptions = {}, others: LogRecordProcessor[] = []) {
  const stream = new SlowReader().open();
  const processor = new LineLogRecordProcessor({ filter: directives, stream, ...options });
  const provider = new LoggerProvider({ processors: [...others, processor] });
  return { stream, processor, provider };
}

describe('the line processor in an SDK', () => {
  it('writes the lines that the filter lets through, and only those', async () => {
    const { stream, provider } = start();
    const telemetry = provider.getLogger('codex_exec_server::telemetry', '1.0.0');
    const lookalike = provider.getLogger('codex_exec_server::telemetry2');
    for (const severityNumber of [5, 9, 13]) {
      telemetry.emit({
        timestamp,
        severityNumber,
        eventName: 'codex.exec_server_request',
        body: 'exec-server request completed',
        attributes: { request_id: '7', duration_ms: 12 },
      });
      lookalike.emit({ timestamp, severityNumber, body: `look-alike ${severityNumber}` });
    }
    await provider.forceFlush();
    const request =
      '"fields":{"message":"exec-server request completed",' +
      '"event.name":"codex.exec_server_request","request_id":"7","duration_ms":12},' +
      '"target":"codex_exec_server::telemetry"}\n';
    expect(stream.text).to.equal(
      `{"timestamp":"2026-01-31T12:00:00.123Z","level":"INFO",${request}` +
        `{"timestamp":"2026-01-31T12:00:00.123Z","level":"WARN",${request}` +
        '{"timestamp":"2026-01-31T12:00:00.123Z","level":"WARN",' +
        '"fields":{"message":"look-alike 13"},"target":"codex_exec_server::telemetry2"}\n',
    );
  });

  it('makes logger.enabled() false where nobody wants the target', () => {
    const { provider } = start({ filter: 'off,wanted=warn' });
    expect(provider.getLogger('unwanted').enabled({ severityNumber: 24 })).to.equal(false);
    expect(provider.getLogger('unwanted').enabled()).to.equal(false);
    expect(provider.getLogger('wanted').enabled({ severityNumber: 12 })).to.equal(false);
    expect(provider.getLogger('wanted').enabled({ severityNumber: 13 })).to.equal(true);
    expect(provider.getLogger('wanted').enabled()).to.equal(true);
  });

  it('filters for itself alone', async () => {
    const exporter = new InMemoryLogRecordExporter();
    const { stream, provider } = start({ filter: 'warn' }, [
      new SimpleLogRecordProcessor({ exporter }),
    ]);
    const logger = provider.getLogger('any');
    expect(logger.enabled({ severityNumber: 9 })).to.equal(true);
    logger.emit({ severityNumber: 9, body: 'quiet' });
    logger.emit({ severityNumber: 13, body: 'loud' });
    await provider.forceFlush();
    expect(exporter.getFinishedLogRecords().map(({ body }) => body)).to.deep.equal([
      'quiet',
      'loud',
    ]);
    expect(stream.lines).to.have.length(1);
    expect(stream.text).to.include('"message":"loud"');
  });

  it('counts a record without severity as INFO', async () => {
    for (const [filter, lines] of [
      ['info', 1],
      ['warn', 0],
    ] as const) {
      const { stream, provider } = start({ filter });
      provider.getLogger('any').emit({ body: 'plain' });
      await provider.forceFlush();
      expect(stream.lines).to.have.length(lines);
    }
  });

  it('takes a filter that is already read, and is at info without one', () => {
    const question = { instrumentationScope: { name: 'any' } };
    const { processor } = start({ filter: parseLineFilter('error') });
    expect(processor.enabled({ ...question, severityNumber: 16 })).to.equal(false);
    expect(processor.enabled({ ...question, severityNumber: 17 })).to.equal(true);
    const plain = start({ filter: undefined }).processor;
    expect(plain.enabled({ ...question, severityNumber: 8 })).to.equal(false);
    expect(plain.enabled({ ...question, severityNumber: 9 })).to.equal(true);
  });

  it('throws at the start for a bad directive', () => {
    expect(() => new LineLogRecordProcessor({ filter: 'warn,foo=loud' }))
      .to.throw(LineFilterError)
      .with.property('directive', 'foo=loud');
  });

  it('writes nothing after shutdown, and wants nothing', async () => {
    const { stream, processor } = start();
    const record = {
      hrTime: [1, 0] as const,
      severityNumber: 17,
      attributes: {},
      instrumentationScope: { name: 'any' },
    };
    processor.onEmit(record);
    const closing = processor.shutdown();
    processor.onEmit(record);
    expect(processor.enabled(record)).to.equal(false);
    await closing;
    processor.onEmit(record);
    await processor.shutdown();
    expect(stream.lines).to.have.length(1);
    expect(stream.writableEnded).to.equal(false);
    expect(processor.dropped).to.equal(0);
  });
});
