import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import fc from 'fast-check';
import { ExecTelemetry } from 'otel-exec';
import { SignalCapture } from 'otel-exec/testing';
import { FakeClock } from './fake-clock.js';

describe('the three signals of one boundary', () => {
  it('come from one clock reading at begin and one at settle', async () => {
    await using capture = new SignalCapture();
    const clock = new FakeClock();
    const telemetry = new ExecTelemetry({ ...capture.providers, clock, methods: ['m'] });
    const request = telemetry.request({ id: 1, method: 'm' });
    expect(clock.readings).to.equal(1);
    clock.advance(12.345678);
    request.settle({ result: 'success' });
    expect(clock.readings).to.equal(2);

    const { spans, events, metrics } = await capture.signals();
    expect(spans[0]?.seconds).to.equal(0.012345678);
    expect(metrics['exec_server.request.duration']?.[0]?.sum).to.equal(0.012345678);
    expect(events[0]?.attributes.duration_ms).to.equal(12);
  });

  it('agree to the nanosecond for any duration', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: 1e8, noNaN: true }),
        async (start, millis) => {
          await using capture = new SignalCapture();
          const clock = new FakeClock(start);
          const telemetry = new ExecTelemetry({ ...capture.providers, clock });
          const process = telemetry.process({ id: 1 });
          clock.set(start + millis);
          process.exited(3, null);
          const { spans, events, metrics } = await capture.signals();
          const seconds = spans[0]?.seconds;
          expect(metrics['exec_server.process.duration']?.[0]?.sum).to.be.closeTo(
            Number(seconds),
            1e-9,
          );
          expect(events[0]?.attributes.duration_ms).to.equal(
            Math.trunc(Math.round(Number(seconds) * 1e9) / 1e6),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('agree on result and error type for every way to end', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry({ ...capture.providers, methods: ['m'] });
    telemetry.request({ id: 1, method: 'm' }).settle({ result: 'error', code: -32602 });
    telemetry
      .request({ id: 2, method: 'm' })
      .settle({ result: 'error', error: new TypeError('x') });
    telemetry.request({ id: 3, method: 'm' }).settle({ result: 'cancelled' });
    telemetry.request({ id: 4, method: 'm' })[Symbol.dispose]();
    telemetry.process({ id: 5 }).spawnFailed(Object.assign(new Error('x'), { code: 'ENOENT' }));
    telemetry.process({ id: 6 }).exited(null, 'SIGKILL');
    const { spans, events } = await capture.signals();
    const ends = spans.map(({ spanId, status, attributes }) => {
      const event = events.find((one) => one.spanId === spanId);
      expect(event?.attributes['error.type']).to.equal(attributes['error.type']);
      return [event?.attributes.result, attributes['error.type'], status];
    });
    expect(ends).to.deep.equal([
      ['error', '-32602', 'ERROR'],
      ['error', 'TypeError', 'ERROR'],
      ['cancelled', 'cancelled', 'ERROR'],
      ['disconnected', 'disconnected', 'ERROR'],
      ['spawn_failed', 'ENOENT', 'ERROR'],
      ['error', 'SIGKILL', 'ERROR'],
    ]);
  });

  it('agree for real processes, which end at exit and not when their streams close', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry(capture.providers);
    const process = telemetry.process({ id: 'p', executable: '/bin/sh' });
    const child = spawn('sh', ['-c', 'sleep 30 & exit 3'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    process.observe(child);
    await once(child, 'exit');
    expect(process.settled).to.equal(true);
    expect(child.stdout?.destroyed).to.equal(false);
    globalThis.process.kill(-(child.pid as number), 'SIGKILL');

    const { spans, metrics } = await capture.signals();
    const seconds = Number(spans[0]?.seconds);
    await capture.expectExactly({
      spans: [
        {
          name: 'exec_server.process',
          kind: 'INTERNAL',
          status: 'ERROR',
          parentSpanId: undefined,
          links: [],
          attributes: {
            'process.executable.name': 'sh',
            'process.pid': child.pid,
            'process.exit.code': 3,
            'error.type': '3',
          },
        },
      ],
      events: [
        {
          name: 'codex.exec_server_process_started',
          severity: 'DEBUG',
          attributes: { process_id: 'p', trace_id: /^[\da-f]{32}$/ },
        },
        {
          name: 'codex.exec_server_process',
          severity: 'INFO',
          target: 'codex_exec_server::telemetry',
          body: 'exec-server process completed',
          attributes: {
            process_id: 'p',
            trace_id: String(spans[0]?.traceId),
            result: 'error',
            duration_ms: Math.trunc(Math.round(seconds * 1e9) / 1e6),
            'error.type': '3',
            'process.exit.code': 3,
          },
        },
      ],
    });
    expect(metrics['exec_server.process.duration']?.[0]?.sum).to.be.closeTo(seconds, 1e-9);
  });
});
