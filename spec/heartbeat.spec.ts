import { expect } from 'chai';
import { ExecTelemetry } from 'otel-exec';
import { SignalCapture } from 'otel-exec/testing';
import { startSleeping, untilTold } from './lost-host.js';
import { runProgram } from './register/program.js';

const RUNNING = 'codex.exec_server_process_running';

describe('a heartbeat', () => {
  it('tells at an interval that a process still runs, how old it is and in which trace, until it ends', async () => {
    await using capture = new SignalCapture();
    using telemetry = new ExecTelemetry({ ...capture.providers, heartbeatMillis: 30 });
    const child = await startSleeping();
    const open = telemetry.process({ id: 'long' }).observe(child);
    telemetry.process({ id: 'short' }).exited(0, null);
    const { events } = await untilTold(capture, 4);
    child.kill();
    const beats = events.filter(({ name }) => name === RUNNING);
    const [span] = (await capture.signals()).spans;
    expect(span?.attributes).to.not.have.property('process.pid');
    for (const [at, { severity, target, traceId, attributes }] of beats.entries()) {
      const { age_ms, ...rest } = attributes;
      expect(rest).to.deep.equal({ process_id: 'long', trace_id: traceId });
      expect(age_ms).to.satisfy(Number.isSafeInteger);
      expect(age_ms).to.be.within((at + 1) * 30 - 1, 10_000);
      expect([severity, target]).to.deep.equal(['INFO', 'codex_exec_server::telemetry']);
    }
    expect(beats).to.have.length(3);
    open.exited(0, null);
    const before = (await capture.signals()).events.length;
    const later = telemetry.process({ id: 'later' });
    const told = await untilTold(capture, before + 2);
    later.exited(0, null);
    const names = told.events.slice(before).map(({ attributes }) => attributes.process_id);
    expect(new Set(names)).to.deep.equal(new Set(['later']));
  });

  it('beats for many, some at a time, and for each at its own interval', async () => {
    await using capture = new SignalCapture();
    using telemetry = new ExecTelemetry({ ...capture.providers, heartbeatMillis: 50 });
    for (let id = 0; id < 1_000; id++) telemetry.process({ id });
    const { events } = await untilTold(capture, 1_000);
    const ids = events.slice(0, 1_000).map(({ attributes }) => attributes.process_id);
    expect(new Set(ids).size).to.equal(1_000);
  });

  it('has one timer while anything is open, and none while nothing is', async () => {
    const { setTimeout, clearTimeout } = globalThis;
    const waiting = new Set<unknown>();
    const set = (work: () => void, millis: number) => {
      const timer = setTimeout(work, millis);
      if (millis === 54_321) waiting.add(timer);
      return timer;
    };
    const clear = (timer: NodeJS.Timeout) => {
      waiting.delete(timer);
      clearTimeout(timer);
    };
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
    try {
      using telemetry = new ExecTelemetry({ heartbeatMillis: 54_321 });
      const open = [1, 2, 3].map((id) => telemetry.process({ id }));
      const counts = open.map((each) => [waiting.size, each.exited(0, null)][0]);
      expect([...counts, waiting.size]).to.deep.equal([1, 1, 1, 0]);
    } finally {
      Object.assign(globalThis, { setTimeout, clearTimeout });
    }
  });

  it('is not there unless it is asked for, and keeps no program alive', async () => {
    const program = (heartbeatMillis: number) => `
      import { ExecTelemetry } from 'otel-exec';
      import { SignalCapture } from 'otel-exec/testing';
      const capture = new SignalCapture();
      const telemetry = new ExecTelemetry({
        ...capture.providers,
        heartbeatMillis: ${heartbeatMillis},
      });
      globalThis.open = telemetry.process({ id: 1 });
      setTimeout(async () => {
        const { events } = await capture.signals();
        console.log(events.length);
      }, 100);
    `;
    expect((await runProgram(program(0), { flags: [] })).stdout).to.equal('0\n');
    const beating = await runProgram(program(20), { flags: [] });
    expect(Number(beating.stdout)).to.be.within(2, 5);
  });

  it('beats under otel-exec/register, as OTEL_EXEC_HEARTBEAT says', async () => {
    const program = `
      import { spawn } from 'node:child_process';
      spawn('sleep', ['0.3']);
    `;
    const { stderr } = await runProgram(program, { env: { OTEL_EXEC_HEARTBEAT: '100' } });
    const events = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).fields['event.name']);
    expect(events[0]).to.equal('child_process.running');
    expect(events.at(-1)).to.equal('child_process.exit');
  });
});
