import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { ExecTelemetry } from 'otel-exec';
import { program } from 'otel-exec/conventions';
import { SignalCapture } from 'otel-exec/testing';

describe('a process', () => {
  it('that somebody asked to end is terminated, even if it then exits 0', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry(capture.providers);
    const process = telemetry.process({ id: 1, executable: '/opt/secret dir/node' });
    process.terminationRequested();
    process.exited(0, null);
    await capture.expectExactly({
      spans: [
        {
          status: 'UNSET',
          attributes: { 'process.executable.name': 'node', 'process.exit.code': 0 },
        },
      ],
      events: [
        {
          name: 'codex.exec_server_process',
          attributes: {
            process_id: '1',
            trace_id: /^[\da-f]{32}$/,
            result: 'terminated',
            duration_ms: Number.isInteger,
          },
        },
      ],
    });
  });

  it('that is a program itself has its exit, the signal and what it used on span and event', async () => {
    await using capture = new SignalCapture();
    const conventions = { process: program() };
    const telemetry = new ExecTelemetry({ ...capture.providers, conventions });
    const usage = { userMillis: 20, systemMillis: 10, peakBytes: 4096 };
    telemetry.process({ executable: '/usr/bin/make' }).exited(null, 'SIGKILL', usage);
    const told = {
      'process.executable.name': 'make',
      'process.exit.signal': 'SIGKILL',
      'error.type': 'SIGKILL',
      'process.cpu.user_ms': 20,
      'process.cpu.system_ms': 10,
      'process.memory.peak_bytes': 4096,
    };
    await capture.expectExactly({
      spans: [{ name: 'make', kind: 'INTERNAL', status: 'ERROR', attributes: told }],
      events: [
        {
          name: 'process.exit',
          attributes: {
            ...told,
            trace_id: /^[\da-f]{32}$/,
            result: 'error',
            duration_ms: Number.isInteger,
          },
        },
      ],
    });
  });

  it('tells arguments only where the user opted in, and no executable where opted out', async () => {
    await using capture = new SignalCapture();
    const facts = { id: 1, executable: 'C:\\bin\\curl.exe', argv: ['curl', '--user', 'me:secret'] };
    new ExecTelemetry(capture.providers).process(facts).exited(0, null);
    new ExecTelemetry({ ...capture.providers, captureCommandArgs: true })
      .process(facts)
      .exited(0, null);
    new ExecTelemetry({ ...capture.providers, captureExecutableName: false })
      .process(facts)
      .exited(0, null);
    const { spans, ...rest } = await capture.signals();
    expect(spans.map(({ attributes }) => attributes)).to.deep.equal([
      { 'process.executable.name': 'curl.exe', 'process.exit.code': 0 },
      {
        'process.executable.name': 'curl.exe',
        'process.command_args': ['curl', '--user', 'me:secret'],
        'process.exit.code': 0,
      },
      { 'process.exit.code': 0 },
    ]);
    expect(JSON.stringify(rest)).to.not.match(/secret|curl/);
  });

  it('starts a trace of its own with a link back, where it is asked to', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry({ ...capture.providers, processParent: 'link' });
    const request = telemetry.request({ id: 1, method: 'm' });
    const process = telemetry.process({ id: 1 }, { context: request.context });
    request.settle({ result: 'success' });
    process.exited(0, null);
    const { spans, events } = await capture.signals();
    const [asked, ran] = spans;
    expect(ran?.links).to.deep.equal([asked?.spanId]);
    expect(ran?.parentSpanId).to.equal(undefined);
    expect(ran?.traceId).to.not.equal(asked?.traceId);
    expect(events.at(-1)?.attributes.trace_id).to.equal(ran?.traceId);
  });

  it('that cannot be spawned ends as spawn_failed, and its error still reaches the host', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry(capture.providers);
    const child = spawn('/nonexistent/program');
    telemetry.process({ id: 1 }).observe(child);
    const [error] = await once(child, 'error');
    expect((error as NodeJS.ErrnoException).code).to.equal('ENOENT');
    await capture.expectExactly({
      events: [
        {
          name: 'codex.exec_server_process',
          attributes: {
            process_id: '1',
            trace_id: /./,
            result: 'spawn_failed',
            duration_ms: Number.isInteger,
            'error.type': 'ENOENT',
          },
        },
      ],
    });
  });

  it('is not ended by an error that is not its end, such as a failed kill', async () => {
    await using capture = new SignalCapture();
    const child = spawn('sleep', ['30']);
    const process = new ExecTelemetry(capture.providers).process({ id: 1 }).observe(child);
    await once(child, 'spawn');
    child.once('error', () => {});
    child.emit('error', new Error('kill EPERM'));
    expect(process.settled).to.equal(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(process.settled).to.equal(true);
  });

  it('that is only observed after its exit is ended all the same', async () => {
    const child = spawn('sh', ['-c', 'exit 4']);
    await once(child, 'exit');
    await using capture = new SignalCapture();
    new ExecTelemetry(capture.providers).process({ id: 1 }).observe(child);
    const [span] = (await capture.signals()).spans;
    expect(span?.attributes['process.exit.code']).to.equal(4);
  });

  it('hands its own span to the child as TRACEPARENT', async () => {
    await using capture = new SignalCapture();
    const process = new ExecTelemetry(capture.providers).process({ id: 1 });
    const child = spawn('sh', ['-c', 'printf %s "$TRACEPARENT"'], { env: process.environment() });
    process.observe(child);
    const [chunk] = await once(child.stdout, 'data');
    await once(child, 'close');
    const [span] = (await capture.signals()).spans;
    expect(String(chunk)).to.equal(`00-${span?.traceId}-${span?.spanId}-01`);
  });
});
