import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { Collector } from './collector.js';
import { runProgram } from './program.js';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const PROGRAM = `
  import { execFileSync } from 'node:child_process';
  import net from 'node:net';
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (...args) {
    console.log('connects', args);
    return connect.apply(this, args);
  };
  process.stdout.write(execFileSync('sh', ['-c', 'printf "$TRACEPARENT" | wc -c']));
`;

describe('otel-exec/register', () => {
  it('writes lines and sends nothing anywhere, where no exporter is configured', async () => {
    const [{ code, stdout, stderr }, killed] = await Promise.all([
      runProgram(PROGRAM),
      runProgram(`${PROGRAM} setInterval(() => {}, 1e6); process.kill(process.pid);`),
    ]);
    expect([code, stdout.trim()]).to.deep.equal([0, '55']);
    expect([killed.signal, killed.stdout.trim()]).to.deep.equal(['SIGTERM', '55']);
    const { timestamp: _, ...line } = JSON.parse(stderr);
    expect(line.fields.trace_id).to.match(/^[\da-f]{32}$/);
    expect(line).to.deep.equal({
      level: 'INFO',
      fields: {
        message: 'child process ended',
        'event.name': 'child_process.exit',
        'process.executable.name': 'sh',
        trace_id: line.fields.trace_id,
        result: 'success',
        duration_ms: line.fields.duration_ms,
      },
      target: 'otel-exec',
    });
  });

  it('filters the lines by OTEL_EXEC_LOG, and tells of a filter that is none', async () => {
    const [filtered, misspelt] = await Promise.all([
      runProgram(PROGRAM, { env: { OTEL_EXEC_LOG: 'info,otel-exec=warn' } }),
      runProgram(PROGRAM, { env: { OTEL_EXEC_LOG: 'info,otel-exec=lots' } }),
    ]);
    expect(filtered).to.include({ code: 0, stderr: '' });
    const [told, line] = misspelt.stderr.split('\n');
    expect(told).to.match(/^otel-exec\/register: OTEL_EXEC_LOG is not used: .*otel-exec=lots/);
    expect(JSON.parse(line ?? '')).to.have.nested.property('fields.result', 'success');
  });

  it('leaves out what OTEL_NODE_DISABLED_INSTRUMENTATIONS names, and tells of a name that is none', async () => {
    const [off, misspelt] = await Promise.all(
      ['http, child_process', 'otel-exec/child_process'].map((names) =>
        runProgram(PROGRAM, { env: { OTEL_NODE_DISABLED_INSTRUMENTATIONS: names } }),
      ),
    );
    expect(off).to.include({ code: 0, stderr: '' });
    expect(off?.stdout.trim()).to.equal('0');
    expect(misspelt?.stderr).to.match(
      /^otel-exec\/register: OTEL_NODE_DISABLED_INSTRUMENTATIONS: otel-exec\/child_process is not known: stdio,acp,child_process,/,
    );
    expect(misspelt?.stdout.trim()).to.equal('55');
  });

  it('writes lines beside an exporter where OTEL_EXEC_LOG asks for them', async () => {
    await using collector = new Collector();
    const env = { ...(await collector.listen()), OTEL_EXEC_LOG: 'info' };
    const { stderr } = await runProgram(PROGRAM, { env });
    expect(JSON.parse(stderr)).to.have.nested.property('fields.result', 'success');
    expect(collector.received).to.deep.include({ spans: ['sh'], events: ['child_process.exit'] });
  });

  it('exports the same whatever OTEL_EXEC_LOG is, which filters lines alone', async () => {
    for (const [filter, exporter] of [
      ['off', ''],
      ['off', 'otlp'],
      ['info', 'otlp'],
    ]) {
      await using collector = new Collector();
      const env = {
        ...(await collector.listen()),
        OTEL_EXEC_LOG: filter,
        OTEL_LOGS_EXPORTER: exporter,
      };
      const { stderr } = await runProgram(PROGRAM, { env });
      expect(collector.received).to.deep.include({ spans: ['sh'], events: ['child_process.exit'] });
      expect(stderr.includes('child_process.exit'), `${filter} ${exporter}`).to.equal(
        filter === 'info',
      );
    }
  });

  it('keeps an exporter that is no OTLP beside the lines, and none where there is to be none', async () => {
    const [shown, none] = await Promise.all(
      ['console', 'none'].map((OTEL_LOGS_EXPORTER) =>
        runProgram(PROGRAM, {
          env: { OTEL_LOGS_EXPORTER, OTEL_EXEC_LOG: 'info', OTEL_TRACES_EXPORTER: 'none' },
        }),
      ),
    );
    expect(shown?.stdout).to.match(/eventName: 'child_process.exit'/);
    expect(none?.stdout).not.to.include('eventName');
    for (const program of [shown, none]) {
      expect(program?.stderr).to.include('"event.name":"child_process.exit"');
    }
  });

  it('tells of diagnostics on stderr alone, and does nothing where the SDK is disabled', async () => {
    const [verbose, disabled] = await Promise.all([
      runProgram('console.log(process.env.OTEL_LOG_LEVEL)', { env: { OTEL_LOG_LEVEL: 'verbose' } }),
      runProgram(PROGRAM, { env: { OTEL_SDK_DISABLED: 'True' } }),
    ]);
    expect(verbose).to.include({ code: 0, stdout: 'verbose\n' });
    expect(verbose.stderr).to.match(/^(otel-exec\/register: (debug|info|verbose): .*\n)+$/);
    expect(disabled).to.include({ code: 0, stderr: '' });
    expect(disabled.stdout.trim()).to.equal('0');
  });

  it('uses the SDK that another --import has started', async () => {
    const other = `data:text/javascript,${encodeURIComponent(`
      import { createRequire } from 'node:module';
      const require = createRequire('${pathToFileURL(join(repository, 'package.json'))}');
      const { NodeSDK, tracing } = require('@opentelemetry/sdk-node');
      const report = { onStart() {}, async forceFlush() {}, async shutdown() {} };
      report.onEnd = (span) => console.log('span', span.name);
      new NodeSDK({ spanProcessors: [report], metricReaders: [], logRecordProcessors: [] }).start();
    `)}`;
    const flags = ['--import', other, '--import', 'otel-exec/register'];
    const { stdout, stderr } = await runProgram(PROGRAM, { flags });
    expect(stdout).to.match(/^span sh\n\s*55\n$/);
    expect(stderr).to.equal('');
  });

  it('writes lines where there is no SDK, and says what to install where one is asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otel-exec-alone-'));
    try {
      const modules = join(folder, 'node_modules');
      mkdirSync(join(modules, 'otel-exec'), { recursive: true });
      for (const file of ['package.json', 'dist']) {
        cpSync(join(repository, file), join(modules, 'otel-exec', file), { recursive: true });
      }
      const api = join('@opentelemetry', 'api');
      cpSync(join(repository, 'node_modules', api), join(modules, api), { recursive: true });
      const alone = await runProgram(PROGRAM, { cwd: folder });
      expect([alone.code, alone.stdout.trim()]).to.deep.equal([0, '55']);
      const [acp, rpc, mcp, line] = alone.stderr.split('\n');
      expect(JSON.parse(line ?? '')).to.have.nested.property('fields.result', 'success');
      for (const [name, told] of Object.entries({ Acp: acp, JsonRpc: rpc, Mcp: mcp })) {
        expect(told).to.equal(
          `otel-exec/register: warn: otel-exec: ${name}Instrumentation can't see its packages ` +
            '(Error: @opentelemetry/instrumentation is not installed). ' +
            'To have it see them: npm install @opentelemetry/instrumentation',
        );
      }
      const env = { OTEL_TRACES_EXPORTER: 'otlp' };
      const { code, stdout, stderr } = await runProgram(PROGRAM, { cwd: folder, env });
      expect([code, stdout.trim()]).to.deep.equal([0, '0']);
      expect(stderr).to.equal(
        'otel-exec/register: there is no OpenTelemetry SDK, so nothing is recorded. ' +
          'To install one: npm install @opentelemetry/sdk-node\n',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
