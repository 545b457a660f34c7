import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { expect } from 'chai';
import { ExecTelemetry } from 'otel-exec';
import { SignalCapture } from 'otel-exec/testing';
import { end, JournalFolder, kill, startSleeping, untilTold } from './lost-host.js';
import { ended, runProgram, startProgram } from './register/program.js';

const LINE = 512;
/** The shell's limit of a file's size, in blocks of 512 bytes, stands for the disk. */
const FOUR_RECORDS = 'trap "" XFSZ; ulimit -f 4; exec "$@"';
const COUNT = 100;

describe('a journal of open processes', () => {
  let told: string[];
  beforeEach(() => {
    told = [];
    const ignore = () => {};
    const tell = (message: string) => void told.push(message);
    const logger = { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore };
    diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  });
  afterEach(() => diag.disable());

  it('has the next host tell each process that was open at kill -9, in its own trace, and whether it still runs', async () => {
    using folder = new JournalFolder();
    const processes = await folder.lose(COUNT);
    const dead = processes.filter((_, at) => at % 2 === 0);
    await end(dead.map(({ pid }) => pid));
    await using capture = new SignalCapture();
    using _next = new ExecTelemetry({ ...capture.providers, journal: folder.path });
    const { events, spans, metrics } = await untilTold(capture, COUNT);
    expect(
      events.map(({ name, traceId, attributes: { duration_ms, ...rest } }) => {
        expect(duration_ms).to.be.within(0, 60_000);
        return { name, traceId, ...rest };
      }),
    ).to.have.deep.members(
      processes.map((one) => ({
        name: 'codex.exec_server_process',
        traceId: one.traceId,
        process_id: one.id,
        trace_id: one.traceId,
        result: 'unknown',
        'error.type': 'host_lost',
        'process.pid': one.pid,
        'process.alive': !dead.includes(one),
      })),
    );
    expect(
      spans.map(({ name, status, traceId, attributes }) => ({
        name,
        status,
        traceId,
        ...attributes,
      })),
    ).to.have.deep.members(
      processes.map((one) => ({
        name: 'exec_server.process',
        status: 'ERROR',
        traceId: one.traceId,
        'process.executable.name': 'sleep',
        'error.type': 'host_lost',
        'process.pid': one.pid,
        'process.alive': !dead.includes(one),
      })),
    );
    expect(metrics['exec_server.processes.finished']).to.deep.equal([
      { attributes: { result: 'unknown' }, value: COUNT },
    ]);
    expect(metrics['exec_server.processes.active']?.map(({ value }) => value)).to.deep.equal([0]);
    expect(metrics['exec_server.process.duration']?.[0]?.value).to.equal(COUNT);
    await folder.untilEmpty();
    expect(told).to.deep.equal([]);
  });

  it('ends the duration of one that has ended when its host was last known to live', async () => {
    using folder = new JournalFolder();
    const [lost] = await folder.lose(1);
    await end(lost ? [lost.pid] : []);
    const [file = ''] = folder.files;
    const { began } = JSON.parse(readFileSync(file, 'utf8').split('\n')[1] ?? '');
    const lastSeen = new Date(Number(began) + 7_000);
    utimesSync(file, lastSeen, lastSeen);
    await using capture = new SignalCapture();
    using _next = new ExecTelemetry({ ...capture.providers, journal: folder.path });
    const { events, spans } = await untilTold(capture, 1);
    expect(events[0]?.attributes).to.include({ duration_ms: 7_000, 'process.alive': false });
    expect(spans[0]?.seconds).to.be.closeTo(7, 0.001);
  });

  it('tells nothing twice, however many hosts start at once', async () => {
    using folder = new JournalFolder();
    const processes = [...(await folder.lose(COUNT)), ...(await folder.lose(COUNT))];
    const next = `
      import { setTimeout as pause } from 'node:timers/promises';
      import { existsSync, readdirSync } from 'node:fs';
      import { ExecTelemetry } from 'otel-exec';
      import { SignalCapture } from 'otel-exec/testing';
      const capture = new SignalCapture();
      const journal = ${JSON.stringify(folder.path)};
      const telemetry = new ExecTelemetry({ ...capture.providers, journal });
      const deadline = performance.now() + 15_000;
      while (readdirSync(journal).length > 0 && performance.now() < deadline) await pause(5);
      const { spans } = await capture.signals();
      console.log(JSON.stringify(spans.map(({ traceId }) => traceId)));
    `;
    const hosts = await Promise.all(
      Array.from({ length: 4 }, () => runProgram(next, { flags: [] })),
    );
    const traces = hosts.flatMap(({ stdout }) => JSON.parse(stdout) as string[]);
    expect(traces).to.have.members(processes.map(({ traceId }) => traceId));
  });

  it('leaves what a living host has open alone, and is empty once nothing is open', async () => {
    using folder = new JournalFolder();
    const child = await startSleeping();
    await using capture = new SignalCapture();
    using first = new ExecTelemetry({ ...capture.providers, journal: folder.path });
    const open = first.process({ id: 'open' }).observe(child);
    open.spawned(child.pid);
    const [file] = folder.files;
    const other = `
      import { ExecTelemetry } from 'otel-exec';
      import { SignalCapture } from 'otel-exec/testing';
      const capture = new SignalCapture();
      new ExecTelemetry({ ...capture.providers, journal: ${JSON.stringify(folder.path)} });
      setTimeout(async () => console.log((await capture.signals()).spans.length), 200);
    `;
    expect((await runProgram(other, { flags: [] })).stdout).to.equal('0\n');
    expect(folder.files).to.deep.equal([file]);
    child.kill();
    await once(child, 'exit');
    expect(readFileSync(file ?? '', 'utf8').trim()).to.equal('');
    first.shutdown();
    expect(folder.files).to.deep.equal([]);
  });

  const knownAt: [string, (spawned: object) => object, alive: boolean | undefined][] = [
    [
      "doesn't take another process for one whose pid it has got",
      () => ({ wall: 1, ticks: 1 }),
      false,
    ],
    ["doesn't say what is alive where its clocks differ", (it) => ({ ...it, wall: 1 }), undefined],
  ];
  for (const [promise, change, alive] of knownAt) {
    it(promise, async () => {
      using folder = new JournalFolder();
      await folder.lose(1);
      const [file = ''] = folder.files;
      const [blank, line = ''] = readFileSync(file, 'utf8').split('\n');
      const record = JSON.parse(line);
      const changed = JSON.stringify({ ...record, spawned: change(record.spawned) });
      writeFileSync(file, `${blank}\n${changed}`);
      await using capture = new SignalCapture();
      using _next = new ExecTelemetry({ ...capture.providers, journal: folder.path });
      const { events } = await untilTold(capture, 1);
      expect(events[0]?.attributes['process.alive']).to.equal(alive);
    });
  }

  it('waits for the silence of a host in another pid namespace, and says nothing of what it can not see', async () => {
    using folder = new JournalFolder();
    await folder.lose(1);
    const [file = ''] = folder.files;
    const [kind, boot, , ...rest] = file.split('~');
    const elsewhere = [kind, boot, '1', ...rest].join('~');
    renameSync(file, elsewhere);
    await using early = new SignalCapture();
    {
      using _next = new ExecTelemetry({ ...early.providers, journal: folder.path });
      await pause(100);
    }
    expect((await early.signals()).events).to.have.length(0);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(elsewhere, longAgo, longAgo);
    await using capture = new SignalCapture();
    using _next = new ExecTelemetry({ ...capture.providers, journal: folder.path });
    const { events } = await untilTold(capture, 1);
    expect(events[0]?.attributes).to.include({ 'error.type': 'host_lost' });
    expect(events[0]?.attributes).to.not.have.property('process.alive');
  });

  it('tells what can be read of a torn file, and how much could not', async () => {
    using folder = new JournalFolder();
    const processes = await folder.lose(4);
    const [file = ''] = folder.files;
    const bytes = readFileSync(file);
    bytes.fill('x', LINE + 10, LINE + 40);
    writeFileSync(file, bytes);
    truncateSync(file, 5 * LINE - 400);
    appendFileSync(file, Buffer.alloc(3 * LINE));
    appendFileSync(file, 'null');
    await using capture = new SignalCapture();
    using _next = new ExecTelemetry({ ...capture.providers, journal: folder.path });
    const { events } = await untilTold(capture, 2);
    await folder.untilEmpty();
    expect(events.map(({ traceId }) => traceId)).to.deep.equal(
      processes.slice(1, 3).map(({ traceId }) => traceId),
    );
    expect(told.join()).to.match(/3 records of a lost host's journal were torn/);
  });

  it('changes nothing for processes where it can not be written, and tells that once', async () => {
    await using capture = new SignalCapture();
    using telemetry = new ExecTelemetry({ ...capture.providers, journal: '/dev/null/journal' });
    for (let id = 0; id < 3; id++) {
      const open = telemetry.process({ id });
      open.spawned(process.pid);
      open.exited(0, null);
    }
    const { events } = await capture.signals();
    const results = events.map(({ attributes: { result } }) => result ?? 'started');
    expect(results.join()).to.equal('started,success,started,success,started,success');
    expect(told).to.deep.equal(['otel-exec: writing the journal failed']);
  });

  it('keeps what there is room for on a full disk, and tells nobody who has ended (skipped elsewhere than on Linux)', async function () {
    if (process.platform !== 'linux') this.skip();
    using folder = new JournalFolder();
    const program = `
      import { writeSync } from 'node:fs';
      import { DiagLogLevel, diag } from '@opentelemetry/api';
      import { ExecTelemetry } from 'otel-exec';
      const told = [];
      const tell = (message, error) => void told.push(message + ': ' + error.code);
      const logger = { error: tell, warn: tell, info() {}, debug() {}, verbose() {} };
      diag.setLogger(logger, { logLevel: DiagLogLevel.WARN });
      const telemetry = new ExecTelemetry({ journal: ${JSON.stringify(folder.path)} });
      const open = Array.from({ length: 10 }, (_, id) => telemetry.process({ id }));
      await new Promise(setImmediate);
      for (const id of [0, 2, 8]) open[id].exited(0, null);
      globalThis.held = [open, telemetry.process({ id: 'later' })];
      await new Promise(setImmediate);
      writeSync(1, JSON.stringify(told));
      process.kill(process.pid, 'SIGKILL');
    `;
    const command = [process.execPath, '--input-type=module', '--eval', program];
    const full = spawn('sh', ['-c', FOUR_RECORDS, 'sh', ...command]);
    const { stdout } = await ended(full);
    expect(JSON.parse(stdout)).to.deep.equal(['otel-exec: writing the journal failed: EFBIG']);
    await using capture = new SignalCapture();
    using _next = new ExecTelemetry({ ...capture.providers, journal: folder.path });
    const { events } = await untilTold(capture, 3);
    await folder.untilEmpty();
    expect(events.map(({ attributes }) => attributes.process_id)).to.have.members([
      '1',
      '3',
      'later',
    ]);
    expect((await capture.signals()).events).to.have.length(3);
  });

  it('holds what signals may say and nothing else, for its user alone', async () => {
    using folder = new JournalFolder();
    await folder.lose(1);
    const [file = ''] = folder.files;
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(statSync(folder.path).mode & 0o777).to.equal(0o700);
    const record = JSON.parse(readFileSync(file, 'utf8').split('\n')[1] ?? '');
    expect(record.facts).to.deep.equal({ id: 'p0', executable: 'sleep' });
    using outspoken = new JournalFolder();
    await outspoken.lose(1, { captureCommandArgs: true });
    const [spoken = ''] = outspoken.files;
    const { facts } = JSON.parse(readFileSync(spoken, 'utf8').split('\n')[1] ?? '');
    expect(facts.argv).to.deep.equal(['sleep', '100']);
  });

  it('leaves out what has no room in a record, however long it is', async () => {
    using folder = new JournalFolder();
    await using capture = new SignalCapture();
    using telemetry = new ExecTelemetry({
      ...capture.providers,
      journal: folder.path,
      captureCommandArgs: true,
    });
    const long = { id: '\u{1f980}'.repeat(500), executable: 'x', argv: ['y'.repeat(9_000)] };
    telemetry.process(long).spawned(process.pid);
    const [file = ''] = folder.files;
    expect(statSync(file).size).to.equal(LINE);
    expect(JSON.parse(readFileSync(file, 'utf8')).facts).to.not.have.property('argv');
  });

  it('keeps on whose behalf a process runs', async () => {
    await using capture = new SignalCapture();
    using folder = new JournalFolder();
    using telemetry = new ExecTelemetry({ ...capture.providers, journal: folder.path });
    telemetry.process({ id: 'p', conversationId: 'c', toolCallId: 't' }).spawned(process.pid);
    const [file = ''] = folder.files;
    const { facts } = JSON.parse(readFileSync(file, 'utf8'));
    expect(facts).to.deep.equal({ id: 'p', conversationId: 'c', toolCallId: 't' });
  });

  it('tells thousands without holding the next host up', async function () {
    this.timeout(30_000);
    using folder = new JournalFolder();
    await folder.lose(1);
    const [file = ''] = folder.files;
    const line = readFileSync(file).subarray(LINE);
    writeFileSync(file, Buffer.concat(Array.from({ length: 5_000 }, () => line)));
    await using capture = new SignalCapture();
    using _next = new ExecTelemetry({ ...capture.providers, journal: folder.path });
    let turns = 0;
    const count = () => {
      turns++;
      turn = setImmediate(count);
    };
    let turn = setImmediate(count);
    await folder.untilEmpty();
    clearImmediate(turn);
    expect((await capture.signals()).spans).to.have.length(5_000);
    expect(turns).to.be.above(5_000 / 64);
  });

  it('holds a process that is waited for synchronously', async () => {
    using folder = new JournalFolder();
    const env = { OTEL_EXEC_JOURNAL: folder.path };
    const program = `
      import { execFileSync } from 'node:child_process';
      execFileSync('sh', ['-c', 'kill -9 ' + process.pid]);
    `;
    await runProgram(program, { env });
    const next = await runProgram('setTimeout(() => {}, 300);', { env });
    expect(JSON.parse(next.stderr).fields).to.include({
      'process.executable.name': 'sh',
      'error.type': 'host_lost',
    });
  });

  it('is kept and told by otel-exec/register, as OTEL_EXEC_JOURNAL says', async () => {
    using folder = new JournalFolder();
    const env = { OTEL_EXEC_JOURNAL: folder.path };
    const lost = await ended(
      startProgram(
        `
          import { spawn } from 'node:child_process';
          const { pid } = spawn('sleep', ['100'], { stdio: 'ignore' });
          console.log(pid);
          setImmediate(() => process.kill(process.pid, 'SIGKILL'));
        `,
        { env },
      ),
    );
    const next = await runProgram('setTimeout(() => {}, 300);', { env });
    kill(Number(lost.stdout));
    const [line = ''] = next.stderr.trim().split('\n');
    expect(JSON.parse(line).fields).to.include({
      'event.name': 'child_process.exit',
      'process.executable.name': 'sleep',
      result: 'unknown',
      'error.type': 'host_lost',
      'process.pid': Number(lost.stdout),
      'process.alive': true,
    });
    expect(folder.files).to.deep.equal([]);
  });
});
