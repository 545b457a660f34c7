import { once } from 'node:events';
import { expect } from 'chai';
import { mcpEsm } from '../instrumentation/hooked-programs.js';
import { ProgramFolder, textOf } from '../instrumentation/program-folder.js';
import { Collector } from '../register/collector.js';
import { ended, type Run, runProgram, startProgram } from '../register/program.js';

const REGISTER = ['--import', 'otel-exec/register'];
const DOCTOR = ['--import', 'otel-exec/doctor'];
const ASKED = { OTEL_EXEC_DOCTOR: '1' };
const SPAWN = `
  import { execFileSync } from 'node:child_process';
  execFileSync('sh', ['-c', ': a-secret-argument']);
`;

type Report = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The sections of the one report in what a program wrote. */
function reportIn(stderr: string): Report {
  const [before = '', after, more] = stderr.split(/^otel-exec doctor, process \d+\n/m);
  expect(before).not.to.include('installed\n');
  expect([typeof after, more]).to.deep.equal(['string', undefined]);
  const sections: Record<string, Record<string, string>> = {};
  let current: Record<string, string> = {};
  for (const line of (after ?? '').trimEnd().split('\n')) {
    const [, name, value = ''] = /^ {2}(.+?)(?: {2,}(.*))?$/.exec(line) ?? [];
    if (name === undefined) {
      current = {};
      sections[line] = current;
    } else current[name === '-' ? value : name] = value;
  }
  return sections;
}

async function reportOf(source: string, run: Run): Promise<Report> {
  const { code, stderr } = await runProgram(source, run);
  expect(code).to.equal(0);
  return reportIn(stderr);
}

describe('the doctor', () => {
  it('tells with register what is in, what each has seen, and that nothing is to be done', async () => {
    using folder = new ProgramFolder();
    const child = folder.start('server.mjs', `${SPAWN}${mcpEsm}`, REGISTER, {
      env: { ...process.env, ...ASKED },
    });
    child.stdin.end('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
    const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
    expect(JSON.parse(stdout)).to.deep.equal({ jsonrpc: '2.0', id: 1, result: {} });
    const report = reportIn(stderr);
    expect(report.installed?.node).to.equal(process.version.slice(1));
    expect(report.installed?.['@opentelemetry/api']).to.match(
      /^1\.10\.0 {2}\/.*\/@opentelemetry\/api$/,
    );
    expect(report.seams).to.include({
      'OpenTelemetry SDK': 'not needed for lines alone',
      'node:child_process': 'in',
      'require-in-the-middle': 'in',
    });
    expect(Object.keys(report.packages ?? {})).to.have.members([
      '@agentclientprotocol/sdk',
      '@modelcontextprotocol/client',
      '@modelcontextprotocol/sdk',
      '@modelcontextprotocol/server',
      'vscode-jsonrpc',
    ]);
    expect(report.packages?.['vscode-jsonrpc']).to.equal('not loaded');
    expect(report.seen).to.deep.equal({
      'otel-exec/acp': 'on, connections: 0, requests: 0',
      'otel-exec/child_process': 'on, processes: 1',
      'otel-exec/stdio': 'on, conversations: 0',
      'otel-exec/vscode-jsonrpc': 'on, connections: 0, requests: 0',
      'otel-exec/mcp':
        'on, files of @modelcontextprotocol/sdk 1.32.2: 1, connections: 1, requests: 1',
    });
    expect(report.lost).to.deep.equal({ 'otel-exec/lines': 'to stderr, lines dropped: 0' });
    expect(report).to.have.property('nothing to do');
    expect(stderr).not.to.include('a-secret-argument');
  });

  it('alone switches nothing on, and says what would', async () => {
    const report = await reportOf(SPAWN, { flags: DOCTOR });
    expect(report.providers).to.deep.equal({ traces: 'none', metrics: 'none', logs: 'none' });
    expect(report.seen).to.deep.equal({ none: '' });
    expect(Object.keys(report['to do'] ?? {})).to.deep.equal([
      'no OpenTelemetry SDK is registered, so nothing is recorded. To have one: ' +
        'npm install @opentelemetry/sdk-node, and node --import otel-exec/register app.js',
      'no instrumentation is on, so nothing is observed but what the program tells an ExecTelemetry ' +
        'itself. To switch all on: node --import otel-exec/register app.js',
    ]);
    const done = await reportOf(SPAWN, { flags: REGISTER, env: ASKED });
    expect(done).to.have.property('nothing to do');
  });

  it('says what a package that was loaded too early needs', async () => {
    const report = await reportOf(
      `import '@modelcontextprotocol/sdk/server/index.js';
      import { McpInstrumentation } from 'otel-exec/instrumentation';
      import { SignalCapture } from 'otel-exec/testing';
      new SignalCapture().register();
      new McpInstrumentation();`,
      { flags: DOCTOR },
    );
    expect(report.packages?.['@modelcontextprotocol/sdk']).to.match(/^1\.32\.2 {2}\//);
    expect(report.seen).to.deep.equal({ 'otel-exec/mcp': 'on, connections: 0, requests: 0' });
    expect(Object.keys(report['to do'] ?? {}).join()).to.match(
      /^@modelcontextprotocol\/sdk was loaded before McpInstrumentation was made, .* node --import \.\/telemetry\.js app\.js$/,
    );
  });

  it('says that a package was loaded and nobody connected with it', async () => {
    const report = await reportOf(`import '@modelcontextprotocol/sdk/server/index.js';`, {
      flags: REGISTER,
      env: ASKED,
    });
    expect(Object.keys(report['to do'] ?? {})).to.deep.equal([
      'otel-exec/mcp has seen its package being loaded, and no connection being made with it',
    ]);
  });

  it('tells what arrived and what was lost, and no header and no password', async () => {
    await using collector = new Collector();
    const env = await collector.listen();
    const secrets = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=a-secret-header' };
    const arrived = await reportOf(SPAWN, {
      flags: REGISTER,
      env: { ...env, ...ASKED, ...secrets },
    });
    expect(arrived.exporters?.OTEL_EXPORTER_OTLP_ENDPOINT).to.equal(
      `${env.OTEL_EXPORTER_OTLP_ENDPOINT}/`,
    );
    expect(arrived.lost?.['queued_span_processor/0']).to.equal('spans arrived: 1, spans lost: 0');

    const { stderr } = await runProgram(SPAWN, {
      flags: [...DOCTOR, ...REGISTER],
      env: {
        ...secrets,
        OTEL_EXPORTER_OTLP_ENDPOINT:
          'http://user:a-secret-word@127.0.0.1:1/in?token=a-secret-token',
        OTEL_EXEC_SHUTDOWN_TIMEOUT: '100',
      },
    });
    expect(stderr.slice(stderr.indexOf('otel-exec doctor'))).not.to.include('secret');
    const report = reportIn(stderr);
    expect(report.exporters?.OTEL_EXPORTER_OTLP_ENDPOINT).to.equal('http://127.0.0.1:1/in');
    expect(report.lost?.['queued_span_processor/0']).to.equal('spans arrived: 0, spans lost: 1');
    expect(Object.keys(report['to do'] ?? {})[0]).to.equal(
      'queued_span_processor/0: 1 spans lost; the warnings above say why',
    );
  });

  for (const [title, flags] of [
    ['alone', DOCTOR],
    ['before register', [...DOCTOR, ...REGISTER]],
    ['after register', [...REGISTER, ...DOCTOR]],
  ] as const) {
    it(`${title} reports once where a signal ends the program, which dies of it`, async () => {
      const child = startProgram(`setInterval(() => {}, 1e6); console.log('up');`, { flags });
      const end = ended(child);
      await once(child.stdout as NodeJS.ReadableStream, 'data');
      child.kill('SIGTERM');
      const { code, signal, stderr } = await end;
      expect([code, signal]).to.deep.equal([null, 'SIGTERM']);
      expect(reportIn(stderr)).to.have.property('installed');
    });
  }

  it('reports for the program, not for its workers, and leaves its ending as it is', async () => {
    const { code, stdout, stderr } = await runProgram(
      `import { Worker } from 'node:worker_threads';
      new Worker('process.exitCode = 0', { eval: true }).on('exit', () => {
        process.stdout.write('out');
        process.exit(7);
      });`,
      { flags: DOCTOR },
    );
    expect([code, stdout]).to.deep.equal([7, 'out']);
    expect(reportIn(stderr)).to.have.property('installed');
  });
});
