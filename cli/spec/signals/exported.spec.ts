import { expect } from 'chai';
import { linesIn, run } from '../run/command.js';
import { Viewing } from '../view/viewing.js';
import { Receiver } from './receiver.js';

const messagesIn = (stderr: string) =>
  linesIn(stderr).flatMap(({ level, fields }) => (level === 'WARN' ? [fields.message] : []));

describe('what the command line exports', () => {
  for (const [title, variables] of Object.entries({
    'as protobuf, by single packages': {},
    'as protobuf, by the whole SDK': { OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '100' },
    'as JSON': { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
  })) {
    it(`is all three signals of one resource, ${title}`, async () => {
      await using viewing = await Viewing.start();
      const { stdout, stderr } = await run(['sh', '-c', 'echo $TRACEPARENT'], {
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: viewing.url,
          OTEL_RESOURCE_ATTRIBUTES: 'team=a',
          ...variables,
        },
      });
      expect(stderr).to.equal('');
      const { spans, logRecords, metrics } = viewing;
      expect(spans.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01\n`)).to.deep.equal([
        stdout,
      ]);
      expect(logRecords.map(({ eventName }) => eventName)).to.deep.equal([
        'process.start',
        'process.exit',
      ]);
      expect(metrics.map(({ name }) => name)).to.include('process.cpu.time');
      for (const { sender } of [...spans, ...logRecords, ...metrics]) {
        expect(sender.attributes).to.include({ 'service.name': 'sh', team: 'a' });
        expect(sender.attributes).to.not.have.any.keys('process.command_args', 'process.command');
      }
    });
  }

  it('never writes to stdout: what would is left out, and told', async () => {
    await using receiver = await Receiver.start();
    const { stdout, stderr } = await run(['echo', 'alone'], {
      env: {
        ...receiver.variables,
        OTEL_TRACES_EXPORTER: 'console',
        OTEL_LOGS_EXPORTER: 'console',
        OTEL_METRICS_EXPORTER: 'console,otlp',
        OTEL_LOG_LEVEL: 'debug',
      },
    });
    expect(stdout).to.equal('alone\n');
    expect(messagesIn(stderr)).to.deep.equal([
      'OTEL_TRACES_EXPORTER: console is not used here',
      'OTEL_LOGS_EXPORTER: console is not used here',
      'OTEL_METRICS_EXPORTER: console is not used here',
    ]);
    expect([receiver.spans, receiver.events]).to.deep.equal([[], []]);
    expect([...receiver.metrics]).to.include('process.cpu.time');
  });

  it('takes another protocol for the default one, and says so', async () => {
    await using viewing = await Viewing.start();
    const { stderr } = await run(['true'], {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: viewing.url,
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/xml',
      },
    });
    expect(messagesIn(stderr)).to.deep.equal([
      'there is no OTLP protocol http/xml for traces; http/protobuf is used',
    ]);
    expect(viewing.spans).to.have.length(1);
  });

  it('does not follow a configuration file, and says so once', async () => {
    const { code, stderr } = await run(['true'], { env: { OTEL_CONFIG_FILE: '/otel.yaml' } });
    expect(code).to.equal(0);
    expect(messagesIn(stderr)).to.deep.equal([
      'OTEL_CONFIG_FILE is not read here: name the exporter in OTEL_* variables',
    ]);
  });

  it('is once told where NODE_OPTIONS has every Node program observed: not of this one as well', async () => {
    await using receiver = await Receiver.start();
    const register = import.meta.resolve('otel-exec/register');
    const { stderr } = await run([process.execPath, '-e', '0'], {
      env: { ...receiver.variables, NODE_OPTIONS: `--import=${register}` },
    });
    expect(stderr).to.equal('');
    expect(receiver.spans.map(({ name }) => name)).to.deep.equal(['node']);
  });
});
