import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';

/*
 * Linkers that let a package see what it declares and nothing else. Each door is used with exactly the packages
 * that README.md says it needs.
 */

interface Linker {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly install: readonly string[];
  /** What starts Node so that it finds packages. */
  readonly node: readonly string[];
}

interface Use {
  readonly title: string;
  readonly needs: readonly string[];
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly program: string;
  /** The names of the events among the lines, sorted. */
  readonly events: readonly string[];
}

const LINKERS: readonly Linker[] = [
  {
    title: 'pnpm, without hoisting',
    files: { 'pnpm-workspace.yaml': 'hoist: false\nautoInstallPeers: false\n' },
    install: ['pnpm@10.34.9', 'install', '--ignore-scripts', '--prefer-offline', '--silent'],
    node: [process.execPath],
  },
  {
    title: "Yarn Plug'n'Play",
    files: {
      '.yarnrc.yml':
        'nodeLinker: pnp\nenableTelemetry: false\nenableScripts: false\nenableGlobalCache: true\nnpmMinimalAgeGate: 0\n',
      'yarn.lock': '',
    },
    install: ['@yarnpkg/cli-dist@4.18.1', 'install', '--no-immutable'],
    node: ['npx', '-y', '@yarnpkg/cli-dist@4.18.1', 'node'],
  },
];

const VERSIONS: Readonly<Record<string, string>> = {
  '@modelcontextprotocol/sdk': '1.32.2',
  '@opentelemetry/api': '1.10.0',
  '@opentelemetry/instrumentation': '0.301.0',
  '@opentelemetry/sdk-logs': '3.1.1',
  '@opentelemetry/sdk-metrics': '3.1.1',
  '@opentelemetry/sdk-node': '0.301.0',
  '@opentelemetry/sdk-trace': '3.1.1',
};

const CONVERSATION = `
  import { spawn } from 'node:child_process';
  import { once } from 'node:events';
  import { Client } from '@modelcontextprotocol/sdk/client/index.js';
  import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
  import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const server = new McpServer({ name: 's', version: '1.0.0' });
  const client = new Client({ name: 'c', version: '1.0.0' });
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  await client.ping();
  await client.close();
  await once(spawn(process.execPath, ['--version']), 'exit');`;

const USES: readonly Use[] = [
  {
    title: 'the doors that need the API alone',
    needs: ['@opentelemetry/api'],
    program: `
      import { ExecTelemetry } from 'otel-exec';
      import { childProcess } from 'otel-exec/conventions';
      import { QueuedSpanProcessor } from 'otel-exec/export';
      import { formatLine } from 'otel-exec/lines';
      for (const one of [childProcess, QueuedSpanProcessor, formatLine]) {
        if (typeof one !== 'function') process.exit(9);
      }
      const telemetry = new ExecTelemetry();
      await telemetry.serve({ id: 1, method: 'm' }, () => ({ id: 1, result: {} }));`,
    events: [],
  },
  {
    title: 'otel-exec/testing',
    needs: [
      '@opentelemetry/api',
      '@opentelemetry/sdk-logs',
      '@opentelemetry/sdk-metrics',
      '@opentelemetry/sdk-trace',
    ],
    program: `
      import { ExecTelemetry } from 'otel-exec';
      import { SignalCapture } from 'otel-exec/testing';
      const signals = new SignalCapture();
      const telemetry = new ExecTelemetry(signals.providers);
      await telemetry.serve({ id: 1, method: 'm' }, () => ({ id: 1, result: {} }));
      const { spans } = await signals.signals();
      if (spans.length !== 1) process.exit(9);`,
    events: [],
  },
  {
    title: 'otel-exec/instrumentation and otel-exec/lines',
    needs: [
      '@modelcontextprotocol/sdk',
      '@opentelemetry/api',
      '@opentelemetry/instrumentation',
      '@opentelemetry/sdk-logs',
    ],
    flags: ['--import', './telemetry.mjs'],
    program: CONVERSATION,
    events: [
      'child_process.exit',
      ...Array<string>(3).fill('mcp.client.request'),
      ...Array<string>(3).fill('mcp.server.request'),
    ],
  },
  {
    title: 'otel-exec/register, with lines alone',
    needs: ['@modelcontextprotocol/sdk', '@opentelemetry/api', '@opentelemetry/instrumentation'],
    flags: ['--import', 'otel-exec/register'],
    program: CONVERSATION,
    events: [
      'child_process.exit',
      ...Array<string>(3).fill('mcp.client.request'),
      ...Array<string>(3).fill('mcp.server.request'),
    ],
  },
  {
    title: 'otel-exec/register, with an SDK',
    needs: ['@modelcontextprotocol/sdk', '@opentelemetry/api', '@opentelemetry/sdk-node'],
    flags: ['--import', 'otel-exec/register'],
    env: { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_EXEC_LOG: 'info' },
    program: CONVERSATION,
    events: [
      'child_process.exit',
      ...Array<string>(3).fill('mcp.client.request'),
      ...Array<string>(3).fill('mcp.server.request'),
    ],
  },
];

const TELEMETRY = `
  import { logs } from '@opentelemetry/api';
  import { LoggerProvider } from '@opentelemetry/sdk-logs';
  import { ChildProcessInstrumentation, McpInstrumentation } from 'otel-exec/instrumentation';
  import { LineLogRecordProcessor } from 'otel-exec/lines';
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [new LineLogRecordProcessor()] }));
  new ChildProcessInstrumentation();
  new McpInstrumentation();`;

const folder = mkdtempSync(join(tmpdir(), 'otel-exec-linkers-'));

function run(
  cwd: string,
  [command = '', ...args]: readonly string[],
  variables: NodeJS.ProcessEnv = {},
): string {
  const env = { ...process.env, ...variables };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}\n${stdout}${stderr}`);
  return stderr;
}

function eventsIn(lines: string): string[] {
  const names = [...lines.matchAll(/"event\.name":"([^"]+)"/g)].map(([, name]) => String(name));
  return names.sort();
}

describe('a strict linker', () => {
  let tarball: string;

  before(() => {
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const packed = JSON.parse(
      execFileSync('npm', args, { stdio: ['ignore', 'pipe', 'ignore'] }).toString(),
    );
    tarball = join(folder, packed[0].filename);
  });

  after(() => rmSync(folder, { recursive: true }));

  for (const { title, files, install, node } of LINKERS) {
    for (const use of USES) {
      it(`${title}: ${use.title}, with what ${use.needs.length === 1 ? 'it needs' : 'they need'}`, () => {
        const app = mkdtempSync(join(folder, 'app-'));
        const wanted = use.needs.map((name) => [name, VERSIONS[name]]);
        const dependencies = { ...Object.fromEntries(wanted), 'otel-exec': `file:${tarball}` };
        mkdirSync(app, { recursive: true });
        for (const [name, content] of Object.entries({
          ...files,
          'package.json': JSON.stringify({
            name: 'app',
            private: true,
            type: 'module',
            dependencies,
          }),
          'program.mjs': use.program,
          'telemetry.mjs': TELEMETRY,
        })) {
          writeFileSync(join(app, name), content);
        }
        run(app, ['npx', '-y', ...install]);
        const stderr = run(app, [...node, ...(use.flags ?? []), 'program.mjs'], use.env);
        expect(eventsIn(stderr), stderr).to.deep.equal(use.events);
      });
    }
  }
});
