import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { LineCapture } from 'otel-exec/testing';
import { Receiver } from '../signals/receiver.js';
import { linesIn, run, start, underRun } from './command.js';

const TRACE = 'a'.repeat(32);
const PARENT = `00-${TRACE}-${'b'.repeat(16)}-01`;
const LINKED = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16) };

const NOWHERE = {
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_METRICS_EXPORTER: 'none',
};

const sh = (script: string) => ['sh', '-c', script];

/** Waits until the journal has a record of a process that was spawned. */
async function untilRecorded(directory: string, pid: number): Promise<void> {
  const records = () => {
    try {
      return readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
    } catch {
      return [];
    }
  };
  while (!records().some((text) => text.includes(String(pid)))) await pause(5);
}

describe('what otel-exec run tells', () => {
  it('without an exporter is a line at the end, and one at DEBUG at the start', async () => {
    const { stdout, stderr } = await run(sh('echo $TRACEPARENT; exit 3'), {
      env: { OTEL_EXEC_LOG: 'debug', TRACEPARENT: PARENT },
    });
    const [start, end] = linesIn(stderr);
    expect(stdout).to.match(new RegExp(`^00-${TRACE}-[\\da-f]{16}-01\n$`));
    expect(start).to.deep.include({ level: 'DEBUG', target: 'otel-exec' });
    expect(start?.fields).to.deep.equal({
      message: 'process started',
      'event.name': 'process.start',
      'process.executable.name': 'sh',
      trace_id: TRACE,
    });
    expect(end?.level).to.equal('INFO');
    expect(end?.fields).to.include({
      message: 'process ended',
      'event.name': 'process.exit',
      'process.executable.name': 'sh',
      trace_id: TRACE,
      result: 'error',
      'error.type': '3',
      'process.exit.code': 3,
    });
    expect(end?.fields.duration_ms).to.be.a('number');
  });

  it('has no argument and no path unless that is asked for', async () => {
    const secret = ['/bin/echo', 'a-secret'];
    expect((await run(secret)).stderr).to.not.match(/a-secret|\/bin/);
    await using receiver = await Receiver.start();
    await run(secret, { env: receiver.variables });
    expect(JSON.stringify(receiver.bodies)).to.not.match(/a-secret|\/bin/);
    await run(secret, { env: receiver.variables, options: ['--capture-args'] });
    const [, span] = receiver.spans;
    expect(span?.attributes['process.command_args']).to.deep.equal(['/bin/echo', 'a-secret']);
  });

  it('goes as all three signals where the variables say, under the span that the command got', async () => {
    await using receiver = await Receiver.start();
    const options = ['--name', 'nightly build', '--attribute', 'ci.job=7', '--attribute', 'x=a=b'];
    const link = ['--link', `00-${LINKED.traceId}-${LINKED.spanId}-01`];
    const { stdout, stderr } = await run(sh('echo $TRACEPARENT'), {
      options: [...options, ...link],
      env: { ...receiver.variables, TRACEPARENT: PARENT },
    });
    expect(stderr).to.equal('');
    const [span, ...more] = receiver.spans;
    expect(more).to.deep.equal([]);
    expect(stdout).to.equal(`00-${TRACE}-${span?.spanId}-01\n`);
    expect(span).to.include({
      name: 'nightly build',
      kind: 1,
      traceId: TRACE,
      parentSpanId: 'b'.repeat(16),
    });
    expect(span?.attributes).to.include({
      'process.executable.name': 'sh',
      'process.exit.code': 0,
      'ci.job': '7',
      x: 'a=b',
    });
    expect(span?.links).to.deep.equal([LINKED]);
    expect(receiver.events.map(({ name }) => name)).to.deep.equal([
      'process.start',
      'process.exit',
    ]);
    expect(receiver.events.at(-1)?.attributes).to.include({ 'ci.job': '7', x: 'a=b' });
    expect([...receiver.metrics]).to.include('process.cpu.time');
    expect(receiver.services).to.deep.equal(new Set(['sh']));
  });

  it('is of the service that a variable names, and tells the command nothing where it is disabled', async () => {
    await using receiver = await Receiver.start();
    await run(['true'], { env: { ...receiver.variables, OTEL_SERVICE_NAME: 'nightly' } });
    expect(receiver.services).to.deep.equal(new Set(['nightly']));
    const { stdout, stderr } = await run(sh('echo $TRACEPARENT'), {
      env: { ...receiver.variables, OTEL_SDK_DISABLED: 'true', TRACEPARENT: PARENT },
    });
    expect([stdout, stderr]).to.deep.equal([`${PARENT}\n`, '']);
    expect(receiver.spans).to.have.length(1);
  });

  it('follows the sampler and the propagators of the variables', async () => {
    const off = await run(sh('echo $TRACEPARENT'), {
      env: { OTEL_TRACES_SAMPLER: 'always_off', ...NOWHERE },
    });
    expect(off.stdout).to.match(/^00-[\da-f]{32}-[\da-f]{16}-00\n$/);
    const b3 = await run(sh('echo $B3'), {
      env: { OTEL_PROPAGATORS: 'b3', ...NOWHERE },
    });
    expect(b3.stdout).to.match(/^[\da-f]{32}-[\da-f]{16}-1\n$/);
  });

  it('is told in time and as lost where nobody takes it', async () => {
    await using receiver = await Receiver.start('silent');
    const { code, stderr } = await run(sh('exit 3'), {
      env: { ...receiver.variables, OTEL_EXEC_SHUTDOWN_TIMEOUT: '200' },
    });
    expect(code).to.equal(3);
    expect(stderr)
      .to.match(/spans dropped: 1/)
      .and.match(/log records dropped: 2/);
  });

  it('is that it could not be started', async () => {
    const { code, stderr } = await run(['/nonexistent/program']);
    expect(code).to.equal(127);
    expect(linesIn(stderr)[0]?.fields).to.include({
      result: 'spawn_failed',
      'error.type': 'ENOENT',
    });
  });

  it('with a heartbeat is that it still runs', async () => {
    const child = start(underRun(sh('read x; exit 5'), ['--heartbeat', '20ms']));
    const lines = new LineCapture(child.stderr as Readable);
    const exit = once(child, 'exit');
    const first = await lines.event('process.running');
    const second = await lines.event('process.running');
    child.stdin?.end('\n');
    expect(await exit).to.deep.equal([5, null]);
    expect(first.fields.age_ms).to.be.at.least(20).and.below(Number(second.fields.age_ms));
  });

  it('with a journal is what was open when the wrapper was killed, as it was', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otel-exec-journal-'));
    try {
      const journal = ['--journal', join(folder, 'of a service')];
      const lost = start(underRun(sh('echo $$; read x'), [...journal, '--attribute', 'run=1']));
      const [pid] = await once(lost.stdout as Readable, 'data');
      await untilRecorded(join(folder, 'of a service'), Number(pid));
      lost.kill('SIGKILL');
      await once(lost, 'exit');
      const { code, stderr } = await run(['true'], {
        options: [...journal, '--attribute', 'run=2'],
      });
      expect(code).to.equal(0);
      const told = linesIn(stderr).map(({ fields }) => fields);
      expect(told).to.have.length(2);
      const [first, second] = told.sort((a, b) => Number(a.run ?? 0) - Number(b.run ?? 0));
      expect(first).to.include({
        'event.name': 'process.exit',
        'process.executable.name': 'sh',
        result: 'unknown',
        'error.type': 'host_lost',
        'process.pid': Number(pid),
      });
      expect(first).to.not.have.property('run');
      expect(second).to.include({ result: 'success', run: '2' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
