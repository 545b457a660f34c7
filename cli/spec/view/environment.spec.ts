import { delimiter } from 'node:path';
import { expect } from 'chai';
import { destinationsOf, environmentFor } from '../../view/program/environment.js';
import { isNodeProgram } from '../../view/program/node-program.js';
import { canRegister, nodeVersionFor } from '../../view/program/node-version.js';
import { serviceNameFor } from '../../view/program/service-name.js';
import { wrapperFor } from '../../view/program/wrapper.js';

const url = 'http://127.0.0.1:4318';
const register = 'file:///some%20where/register.js';
const destination = {
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  OTEL_TRACES_EXPORTER: 'otlp',
  OTEL_METRICS_EXPORTER: 'otlp',
  OTEL_LOGS_EXPORTER: 'otlp',
};
const soon = {
  OTEL_BSP_SCHEDULE_DELAY: '250',
  OTEL_BLRP_SCHEDULE_DELAY: '250',
  OTEL_METRIC_EXPORT_INTERVAL: '1000',
  OTEL_METRIC_EXPORT_TIMEOUT: '1000',
};

describe('the environment of a command that is viewed', () => {
  it('sends everything to the view, soon, and has Node programs observed from inside', () => {
    expect(environmentFor({ url, register }, { PATH: '/bin', EMPTY: '' })).to.deep.equal({
      PATH: '/bin',
      EMPTY: '',
      ...soon,
      ...destination,
      NODE_OPTIONS: `--import=${register}`,
    });
    expect(environmentFor({ url, register: undefined }, {})).to.deep.equal({
      ...soon,
      ...destination,
    });
  });

  it('keeps what is said of how often, and the options of Node', () => {
    const said = {
      OTEL_BSP_SCHEDULE_DELAY: '5000',
      OTEL_METRIC_EXPORT_INTERVAL: '60000',
      OTEL_SERVICE_NAME: 'mine',
      OTEL_RESOURCE_ATTRIBUTES: 'a=b',
    };
    const variables = { ...said, NODE_OPTIONS: '--max-old-space-size=99' };
    expect(environmentFor({ url, register }, variables)).to.deep.equal({
      ...said,
      ...destination,
      OTEL_BLRP_SCHEDULE_DELAY: '250',
      NODE_OPTIONS: `--max-old-space-size=99 --import=${register}`,
    });
  });

  it('never has a timeout of metrics that is longer than their interval, which SDKs complain of', () => {
    const { OTEL_METRIC_EXPORT_INTERVAL: interval } = environmentFor(
      { url, register: undefined },
      { OTEL_METRIC_EXPORT_TIMEOUT: '30000' },
    );
    expect(interval).to.equal(undefined);
  });

  it('sets aside other destinations, which are named', () => {
    const elsewhere = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://example.com',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://example.com/v1/logs',
      OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: '',
      OTEL_CONFIG_FILE: 'otel.yaml',
      OTEL_TRACES_EXPORTER: 'none',
    };
    const env = environmentFor({ url, register: undefined }, elsewhere);
    expect(env).to.deep.equal({ ...soon, ...destination });
    expect(destinationsOf(elsewhere)).to.deep.equal([
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
      'OTEL_CONFIG_FILE',
    ]);
  });
});

describe('what observes a command', () => {
  it('is tap where its stdin and stdout are pipes, else run, and for Node run in any case', () => {
    expect(wrapperFor(false, () => true)).to.equal('tap');
    expect(wrapperFor(false, () => false)).to.equal('run');
    expect(wrapperFor(false, (descriptor) => descriptor === 0)).to.equal('run');
    expect(wrapperFor(false, (descriptor) => descriptor === 1)).to.equal('run');
    expect(wrapperFor(true, () => true)).to.equal('run');
  });

  it('knows a Node program by its name or its first line', async () => {
    const env = { PATH: `/nowhere${delimiter}${process.env.PATH}` };
    const programs = [
      'node',
      process.execPath,
      'npx',
      'sh',
      'no-such-program',
      './no/such/file',
      '/',
    ];
    const answers = await Promise.all(programs.map((program) => isNodeProgram(program, env)));
    expect(answers).to.deep.equal([true, true, true, false, false, false, false]);
    expect(await isNodeProgram('npx', {})).to.equal(false);
  });

  it('is also register, from inside, where the Node of the command can load it', async () => {
    const versions = [
      'v18.20.0',
      'v20.18.3',
      'v20.19.0',
      'v21.7.3',
      'v22.11.0',
      'v22.12.0',
      'v24.0.0',
    ];
    expect(versions.filter(canRegister)).to.deep.equal(['v20.19.0', 'v22.12.0', 'v24.0.0']);
    const nowhere = { PATH: '/nowhere' };
    expect(await nodeVersionFor('python', nowhere)).to.equal(undefined);
    expect(await nodeVersionFor(process.execPath, nowhere)).to.equal(process.version);
  });
});

describe('the name of a Node program that is viewed', () => {
  it('is that of its file, or of a folder above it that says something', () => {
    const scripts = {
      '/srv/my-server.js': 'my-server',
      '/srv/shop/dist/src/index.mjs': 'shop',
      '/usr/bin/npm': 'npm',
      '/index.js': 'node',
    };
    for (const [script, name] of Object.entries(scripts)) {
      expect(serviceNameFor(script, {}), script).to.equal(name);
    }
    expect(serviceNameFor(undefined, {})).to.equal('node');
  });

  it('is the one that a variable says', () => {
    expect(serviceNameFor('/a.js', { OTEL_SERVICE_NAME: 'mine' })).to.equal(undefined);
    const attributes = { OTEL_RESOURCE_ATTRIBUTES: 'a=b, service.name=mine' };
    expect(serviceNameFor('/a.js', attributes)).to.equal(undefined);
    expect(serviceNameFor('/a.js', { OTEL_RESOURCE_ATTRIBUTES: 'my.service.name=b' })).to.equal(
      'a',
    );
  });
});
