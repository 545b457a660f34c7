import { expect } from 'chai';
import { runProgram } from './program.js';
import { ASKED, NOWHERE, PROGRAM, type Started, WHOLE } from './registered.js';

async function start(env: NodeJS.ProcessEnv): Promise<Started> {
  const { stdout } = await runProgram(PROGRAM, { env });
  return JSON.parse(stdout);
}

/** Only the SDK's own set-up has what each of these asks for. */
const BEYOND: Readonly<Record<string, NodeJS.ProcessEnv>> = {
  'a propagator': { ...NOWHERE, OTEL_PROPAGATORS: 'tracecontext,b3' },
  'a sampler': { ...NOWHERE, OTEL_TRACES_SAMPLER: 'one' },
  'a ratio that is none': {
    ...NOWHERE,
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '2',
  },
  'a resource detector': { ...NOWHERE, OTEL_NODE_RESOURCE_DETECTORS: 'env,container' },
  'a metric exporter': {
    ...NOWHERE,
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
  },
  'an exporter of spans': { OTEL_TRACES_EXPORTER: 'console' },
};

describe('otel-exec/register, where it sets up the SDK part by part', () => {
  for (const [title, env] of Object.entries(ASKED)) {
    it(`registers what NodeSDK would: ${title}`, async () => {
      const [parts, whole] = await Promise.all([start(env), start({ ...env, ...WHOLE })]);
      expect(parts.packages).not.to.include('sdk-node');
      expect(whole.packages).to.include('sdk-node');
      expect(parts.registered).to.deep.equal(whole.registered);
    });
  }

  it('loads nothing of an SDK for lines alone, unless a variable asks for what only an SDK has', async () => {
    expect((await start({})).packages).to.deep.equal(['api']);
    expect((await start({ OTEL_PROPAGATORS: 'tracecontext' })).packages).to.deep.equal([
      'api',
      'context-async-hooks',
      'core',
      'resources',
      'sdk-logs',
      'sdk-trace',
      'semantic-conventions',
    ]);
  });

  for (const [title, env] of Object.entries(BEYOND)) {
    it(`leaves what it does not know to NodeSDK: ${title}`, async () => {
      expect((await start(env)).packages).to.include('sdk-node');
    });
  }
});
