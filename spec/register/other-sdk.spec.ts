import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { ended, runProgram, startProgram } from './program.js';

const here = new URL('../../../package.json', import.meta.url).href;
const REGISTER = ['--import', 'otel-exec/register'];
const RUN = `
  import { execFileSync } from 'node:child_process';
  execFileSync('sh', ['-c', ':']);
`;

const folder = mkdtempSync(join(tmpdir(), 'otel-exec-other-sdk-'));

after(() => rmSync(folder, { recursive: true }));

/** A module for `--import`, in which `require` finds what this repository has. */
function preload(source: string): string[] {
  const text = `import { createRequire } from 'node:module';
    const require = createRequire(${JSON.stringify(here)});
    ${source}`;
  const path = join(folder, `${randomUUID()}.mjs`);
  writeFileSync(path, text);
  return ['--import', path];
}

describe('otel-exec/register, where another SDK has been started', () => {
  const logs = preload(`
    const { NodeSDK } = require('@opentelemetry/sdk-node');
    new NodeSDK({
      autoDetectResources: false,
      logRecordProcessors: [{
        onEmit: ({ eventName }) => console.log('event', eventName),
        async forceFlush() {},
        async shutdown() {},
      }],
    }).start();
  `);

  for (const [title, env, stdout] of [
    ['for logs alone', {}, 'event child_process.exit\n'],
    ['for nothing', { OTEL_LOGS_EXPORTER: 'none' }, ''],
  ] as const) {
    it(`${title} uses it, and starts no second one`, async () => {
      const off = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' };
      const flags =
        stdout === ''
          ? preload(`new (require('@opentelemetry/sdk-node').NodeSDK)().start();`)
          : logs;
      const ended = await runProgram(RUN, {
        flags: [...flags, ...REGISTER],
        env: { ...off, ...env },
      });
      expect(ended).to.deep.equal({ code: 0, signal: null, stdout, stderr: '' });
    });
  }

  it('through an older copy of the API says so once, and starts no second one', async () => {
    const flags = preload(`
      globalThis[Symbol.for('opentelemetry.js.api.1')] = {
        version: '1.4.0',
        trace: { getTracer() { throw new Error('is not called'); } },
      };
    `);
    const { code, stderr } = await runProgram(RUN, { flags: [...flags, ...REGISTER] });
    expect(code).to.equal(0);
    expect(stderr).to.equal(
      'otel-exec: an OpenTelemetry SDK was started through @opentelemetry/api 1.4.0, which ' +
        "a newer one can't see, so nothing is recorded. To have one for both: npm install @opentelemetry/api@latest\n",
    );
  });
});

describe('otel-exec/register, where a loader of import-in-the-middle is registered from code', () => {
  const forms = {
    'for every module': `
      module.register('import-in-the-middle/hook.mjs', ${JSON.stringify(here)});
    `,
    'for some modules': `
      const { registerOptions } = require('import-in-the-middle').createAddHookMessageChannel();
      module.register('import-in-the-middle/hook.mjs', ${JSON.stringify(here)}, registerOptions);
    `,
  };
  const program = `
    import { Server } from '@modelcontextprotocol/sdk/server/index.js';
    import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
    import 'signal-exit';
    await new Server({ name: 's', version: '1' }, { capabilities: {} }).connect(new StdioServerTransport());
  `;

  for (const [title, register] of Object.entries(forms)) {
    const loader = preload(`
      import * as module from 'node:module';
      ${register}
      new (require('import-in-the-middle').Hook)(['signal-exit'], () => console.error('theirs'));
    `);
    for (const [order, flags] of [
      ['before', [...loader, ...REGISTER]],
      ['after', [...REGISTER, ...loader]],
    ] as const) {
      it(`${title}, ${order} it, both see what they want to, and nothing is warned of`, async () => {
        const child = startProgram(program, { flags });
        child.stdin?.end('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
        const { code, stdout, stderr } = await ended(child);
        expect(code).to.equal(0);
        expect(stderr).to.match(/^theirs\n\{.*\}\n$/);
        expect(JSON.parse(stdout)).to.deep.equal({ jsonrpc: '2.0', id: 1, result: {} });
        expect(JSON.parse(stderr.slice('theirs'.length)).fields).to.include({
          'event.name': 'mcp.server.request',
          method: 'ping',
        });
      });
    }
  }
});

describe('otel-exec/register, with OTEL_CONFIG_FILE', () => {
  it('starts the SDK as the file says', async () => {
    const path = join(folder, 'otel.yaml');
    writeFileSync(
      path,
      `file_format: "1.0"
tracer_provider:
  processors:
    - simple:
        exporter:
          console:
`,
    );
    const env = { OTEL_CONFIG_FILE: path };
    const { code, stdout, stderr } = await runProgram(RUN, { env });
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(/^\{[\s\S]*\n {2}name: 'sh',\n[\s\S]*\}\n$/);
  });

  it('says that this SDK has nothing for it, where that is so', async () => {
    const sdk = join(folder, 'sdk.cjs');
    writeFileSync(
      sdk,
      `exports.NodeSDK = require(${JSON.stringify(new URL('../../../node_modules/@opentelemetry/sdk-node/dist/index.cjs', import.meta.url).pathname)}).NodeSDK;`,
    );
    const hide = preload(`
      const Module = require('node:module');
      const { _resolveFilename: resolve } = Module;
      Module._resolveFilename = (name, ...rest) =>
        name === '@opentelemetry/sdk-node' ? ${JSON.stringify(sdk)} : resolve(name, ...rest);
    `);
    const env = { OTEL_CONFIG_FILE: pathToFileURL(folder).pathname };
    const { code, stderr } = await runProgram(RUN, { flags: [...hide, ...REGISTER], env });
    expect(code).to.equal(0);
    const [told, line] = stderr.split('\n');
    expect(told).to.equal(
      "otel-exec/register: OTEL_CONFIG_FILE is not used: this @opentelemetry/sdk-node can't read it; a newer one can",
    );
    expect(JSON.parse(line ?? '').fields).to.include({ 'event.name': 'child_process.exit' });
  });
});
