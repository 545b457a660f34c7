import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { buildSync } from 'esbuild';
import { runProgram } from '../register/program.js';
import { called, mcpCjs, mcpEsm, PRELOAD, serveMcp } from './hooked-programs.js';
import { ProgramFolder, textOf } from './program-folder.js';

const SDK = '@modelcontextprotocol/sdk';
const BEFORE =
  `otel-exec: ${SDK} was loaded before McpInstrumentation was made, so nothing of it is observed. Make ` +
  'McpInstrumentation in a module of its own that is loaded first: node --import ./telemetry.js app.js\n';
const require = createRequire(import.meta.url);

/** Runs a program with an empty stdin to its end. */
async function run(folder: ProgramFolder, name: string, source: string, flags: string[] = []) {
  const child = folder.start(name, source, flags);
  child.stdin.end();
  const [stdout, stderr, [code]] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    once(child, 'exit'),
  ]);
  return { code, stdout, stderr };
}

/** A module with everything inside that it imports. */
function bundleOf(contents: string): string {
  const built = buildSync({
    stdin: { contents, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    write: false,
  });
  return built.outputFiles[0]?.text ?? '';
}

function copyOfSdk(folder: string, version: string): void {
  const root = join(dirname(require.resolve(`${SDK}/package.json`)), '../..');
  const copy = join(folder, 'node_modules', SDK);
  cpSync(root, copy, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8'));
  writeFileSync(join(copy, 'package.json'), JSON.stringify({ ...manifest, version }));
}

describe('an instrumentation that can not see', () => {
  it('an ESM package that was imported before says so once, and sees it under --import', async () => {
    using folder = new ProgramFolder();
    const program = `
      import { McpInstrumentation } from 'otel-exec/instrumentation';
      new McpInstrumentation();
      new McpInstrumentation();
      ${mcpEsm}`;
    const told = await run(folder, 'late.mjs', program);
    expect(told).to.deep.equal({ code: 0, stdout: '', stderr: BEFORE });
    expect(await serveMcp(folder, 'in-time.mjs', mcpEsm, PRELOAD)).to.deep.equal(called);
  });

  it('a CommonJS package that was required before says so once', async () => {
    using folder = new ProgramFolder();
    const program = `${mcpCjs}
      const { McpInstrumentation } = require('otel-exec/instrumentation');
      new McpInstrumentation();`;
    const told = await run(folder, 'late.cjs', program);
    expect(told).to.deep.equal({ code: 0, stdout: '', stderr: BEFORE });
  });

  it('says so while the program runs, not only at its end', async () => {
    using folder = new ProgramFolder();
    const program = `
      import '${SDK}/server/index.js';
      import { McpInstrumentation } from 'otel-exec/instrumentation';
      new McpInstrumentation();
      process.disconnect();
      process.stdin.resume();`;
    const child = folder.start('running.mjs', program, []);
    const [told] = await once(child.stderr, 'data');
    expect(String(told)).to.equal(BEFORE);
    const exited = once(child, 'exit');
    child.stdin.end();
    expect(await exited).to.deep.equal([0, null]);
  });

  it('says nothing where the package is not loaded, or is handed over', async () => {
    using folder = new ProgramFolder();
    const handed = `
      import * as server from '${SDK}/server/index.js';
      import { McpInstrumentation } from 'otel-exec/instrumentation';
      new McpInstrumentation().instrumentModule(server);
      process.disconnect();`;
    const unused = `
      import { McpInstrumentation } from 'otel-exec/instrumentation';
      new McpInstrumentation();
      process.disconnect();`;
    const quiet = { code: 0, stdout: '', stderr: '' };
    expect(await run(folder, 'handed.mjs', handed)).to.deep.equal(quiet);
    expect(await run(folder, 'unused.mjs', unused)).to.deep.equal(quiet);
  });

  it('tells diag in place of stderr where diag has a logger', async () => {
    using folder = new ProgramFolder();
    const program = `
      import { diag, DiagLogLevel } from '@opentelemetry/api';
      import '${SDK}/server/index.js';
      import { McpInstrumentation } from 'otel-exec/instrumentation';
      const silent = () => {};
      const warn = (message) => console.log(message);
      diag.setLogger({ warn, error: silent, info: silent, debug: silent, verbose: silent }, DiagLogLevel.WARN);
      new McpInstrumentation();
      process.disconnect();`;
    const told = await run(folder, 'logger.mjs', program);
    expect(told).to.deep.equal({ code: 0, stdout: BEFORE, stderr: '' });
  });

  it('outlives a stderr that nobody reads any more', async () => {
    using folder = new ProgramFolder();
    const program = `
      import { execFileSync } from 'node:child_process';
      import { once } from 'node:events';
      import { setImmediate as turn } from 'node:timers/promises';
      import { ChildProcessInstrumentation } from 'otel-exec/instrumentation';
      process.disconnect();
      await once(process.stdin, 'data');
      globalThis.__SENTRY__ = {};
      new ChildProcessInstrumentation();
      execFileSync('sh', ['-c', ':'], { stdio: 'ignore' });
      await turn();
      process.stdout.write('done');`;
    const child = folder.start('deaf.mjs', program, []);
    const stdout = textOf(child.stdout);
    const exited = once(child, 'exit');
    child.stderr.destroy();
    child.stdin.end('go');
    expect(await exited).to.deep.equal([0, null]);
    expect(await stdout).to.equal('done');
  });

  it('an unsupported version says so once, with those that are supported', async () => {
    using folder = new ProgramFolder();
    copyOfSdk(folder.path, '99.1.0');
    const told = await run(folder, 'future.mjs', mcpEsm, PRELOAD);
    expect(told).to.deep.equal({
      code: 0,
      stdout: '',
      stderr:
        `otel-exec: ${SDK} 99.1.0 is not observed: otel-exec 0.2.0 knows 1. ` +
        `To have one that does: npm install otel-exec@latest, or npm install ${SDK}@1\n`,
    });
  });

  it('a package inside of a bundle says so once, and sees it where it is left out', async () => {
    using folder = new ProgramFolder();
    const bundle = (external: string[]) =>
      buildSync({
        stdin: { contents: mcpCjs, resolveDir: process.cwd() },
        bundle: true,
        minify: true,
        platform: 'node',
        format: 'cjs',
        write: false,
        external,
      }).outputFiles[0]?.text ?? '';
    expect(await run(folder, 'inside.cjs', bundle([]), PRELOAD)).to.deep.equal({
      code: 0,
      stdout: '',
      stderr:
        `otel-exec: inside.cjs is a bundle that holds ${SDK}, where McpInstrumentation can't see it. Leave the ` +
        `package out of the bundle (esbuild: --external:${SDK}), or hand over what it exports: ` +
        'instrumentModule(exports)\n',
    });
    const outside = bundle([`${SDK}/*`]);
    expect(await serveMcp(folder, 'outside.cjs', outside, PRELOAD)).to.deep.equal(called);
  });

  it('a package of the second SDK inside of a bundle is told by its name', async () => {
    using folder = new ProgramFolder();
    for (const [end, imported] of [
      ['server', 'McpServer'],
      ['client', 'Client'],
    ]) {
      const name = `@modelcontextprotocol/${end}`;
      const program = `import { ${imported} } from '${name}';
        new ${imported}({ name: 'p', version: '1' });
        process.disconnect();`;
      const { stderr } = await run(folder, `${end}.mjs`, bundleOf(program), PRELOAD);
      expect(stderr).to.match(
        new RegExp(`^otel-exec: ${end}\\.mjs is a bundle that holds ${name}, .*\n$`),
      );
    }
  });

  it('a copy inside of what depends on the package says so once, and what only carries one is let be', async () => {
    using folder = new ProgramFolder();
    const name = '@modelcontextprotocol/server';
    const framework = bundleOf(`export { McpServer } from '${name}';`);
    for (const [dependencies, told] of [
      [{}, ''],
      [
        { [name]: '2.0.0' },
        `otel-exec: index.js of framework holds a copy of ${name}, where McpInstrumentation can't see it. ` +
          'Hand over what framework exports of it: instrumentModule(exports), or tell an RpcTap of its messages\n',
      ],
    ] as const) {
      const root = join(folder.path, 'node_modules/framework');
      mkdirSync(root, { recursive: true });
      const manifest = { name: 'framework', type: 'module', main: 'index.js', dependencies };
      writeFileSync(join(root, 'package.json'), JSON.stringify(manifest));
      writeFileSync(join(root, 'index.js'), framework);
      const program = `import { McpServer } from 'framework';
        new McpServer({ name: 'p', version: '1' });
        process.disconnect();`;
      expect(await run(folder, 'program.mjs', program, PRELOAD)).to.deep.equal({
        code: 0,
        stdout: '',
        stderr: told,
      });
    }
  });

  it('says what to install where there are no module hooks', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otel-exec-hookless-'));
    try {
      for (const part of ['otel-exec/package.json', 'otel-exec/dist', '@opentelemetry/api']) {
        const from = part.startsWith('otel-exec/')
          ? part.slice('otel-exec/'.length)
          : join('node_modules', part);
        mkdirSync(dirname(join(folder, 'node_modules', part)), { recursive: true });
        cpSync(from, join(folder, 'node_modules', part), { recursive: true });
      }
      const program = `
        import { McpInstrumentation } from 'otel-exec/instrumentation';
        new McpInstrumentation();`;
      const { code, stdout, stderr } = await runProgram(program, { flags: [], cwd: folder });
      expect([code, stdout]).to.deep.equal([0, '']);
      expect(stderr).to.equal(
        "otel-exec: McpInstrumentation can't see its packages (Error: @opentelemetry/instrumentation is not installed). " +
          'To have it see them: npm install @opentelemetry/instrumentation\n',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('an instrumentation that nobody can hear', () => {
  const START = `
    import { execFileSync } from 'node:child_process';
    import { ChildProcessInstrumentation } from 'otel-exec/instrumentation';
    new ChildProcessInstrumentation();
    for (const _ of [1, 2]) execFileSync('sh', ['-c', ':']);`;

  for (const [agent, global, remedy] of [
    ['Sentry', '__SENTRY__', 'enableOpenTelemetrySetup: true'],
    ['dd-trace', '_ddtrace', "new (require('dd-trace').TracerProvider)().register()"],
  ] as const) {
    it(`because ${agent} has registered no providers says so once`, async () => {
      const { stdout, stderr } = await runProgram(`globalThis.${global} = {}; ${START}`, {
        flags: [],
      });
      expect(stdout).to.equal('');
      expect(stderr.split('\n')).to.have.length(2);
      expect(stderr).to.match(
        new RegExp(`^otel-exec: ${agent} runs without OpenTelemetry's global providers, `),
      );
      expect(stderr).to.include(remedy);
    });

    it(`says nothing of ${agent} where providers are registered, and nothing where nobody else is`, async () => {
      const [registered, alone] = await Promise.all([
        runProgram(
          `import { SignalCapture } from 'otel-exec/testing';
          new SignalCapture().register();
          globalThis.${global} = {}; ${START}`,
          { flags: [] },
        ),
        runProgram(START, { flags: [] }),
      ]);
      expect([registered.stderr, alone.stderr]).to.deep.equal(['', '']);
    });
  }

  it('because an SDK was started through an older API says so once', async () => {
    const { stderr } = await runProgram(
      `globalThis[Symbol.for('opentelemetry.js.api.1')] = {
        version: '1.4.0',
        trace: { getTracer() { throw new Error('is not called'); } },
      };
      ${START}`,
      { flags: [] },
    );
    expect(stderr).to.equal(
      'otel-exec: an OpenTelemetry SDK was started through @opentelemetry/api 1.4.0, which a newer one ' +
        "can't see, so nothing is recorded. To have one for both: npm install @opentelemetry/api@latest\n",
    );
  });
});
