import childProcess, { ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ChildProcessInstrumentation } from 'otel-exec/instrumentation';
import { expectProcesses } from './expect-process.js';
import { withInstrumentation } from './with-instrumentation.js';

const SYNC = ['spawnSync', 'execSync', 'execFileSync'] as const;
const success = { executable: 'sh', result: 'success', exitCode: 0 } as const;
const seams = (): PropertyDescriptorMap => ({
  spawn: descriptor(ChildProcess.prototype, 'spawn'),
  kill: descriptor(ChildProcess.prototype, 'kill'),
  processKill: descriptor(process, 'kill'),
  ...Object.fromEntries(SYNC.map((form) => [form, descriptor(childProcess, form)])),
});
const bare = () => new ChildProcess() as ChildProcess & { spawn(options?: object): void };
const descriptor = (target: object, name: string) =>
  Object.getOwnPropertyDescriptor(target, name) as PropertyDescriptor;

describe('the host of a ChildProcessInstrumentation', () => {
  it('gets every original back, in CommonJS and ESM, and keeps names and arities meanwhile', () => {
    const before = seams();
    const imported = spawnSync;
    const instrumentation = new ChildProcessInstrumentation();
    const during = seams();
    for (const [name, { value }] of Object.entries(before)) {
      expect(during[name]?.value, name).to.not.equal(value);
      expect(during[name]?.value).to.include({ name: value.name, length: value.length });
    }
    expect(spawnSync).to.equal(childProcess.spawnSync).and.not.equal(imported);
    instrumentation.disable();
    expect(seams()).to.deep.equal(before);
    expect(spawnSync).to.equal(imported);
  });

  it('is observed once, however often the instrumentation is made or switched on', async () => {
    const before = seams();
    await withInstrumentation({}, async (capture, first) => {
      const second = new ChildProcessInstrumentation();
      first.enable();
      second.enable();
      await once(spawn('sh', ['-c', ':']), 'close');
      spawnSync('sh', ['-c', ':']);
      await expectProcesses(capture, success, success);
      first.disable();
      await once(spawn('sh', ['-c', ':']), 'close');
      await expectProcesses(capture, success, success, success);
      second.disable();
      await once(spawn('sh', ['-c', ':']), 'close');
      await expectProcesses(capture, success, success, success);
    });
    expect(seams()).to.deep.equal(before);
  });

  it('keeps what somebody else has patched over it, and is unobserved all the same', async () => {
    const { spawnSync: original } = childProcess;
    await withInstrumentation({}, async (capture, instrumentation) => {
      const ours = childProcess.spawnSync;
      let calls = 0;
      const theirs = ((...args: Parameters<typeof ours>) => {
        calls++;
        return ours(...args);
      }) as typeof ours;
      try {
        childProcess.spawnSync = theirs;
        syncBuiltinESMExports();
        instrumentation.disable();
        spawnSync('sh', ['-c', ':']);
        await expectProcesses(capture);
        instrumentation.enable();
        spawnSync('sh', ['-c', ':']);
        expect(calls).to.equal(2);
        await expectProcesses(capture, success);
        instrumentation.disable();
        expect(childProcess.spawnSync).to.equal(theirs);
      } finally {
        childProcess.spawnSync = original;
        syncBuiltinESMExports();
      }
    });
  });

  it('sees the errors that it would see, thrown or emitted', async () => {
    const invalid = [
      () => spawn('sh', 7 as never),
      () => spawn('a\0b'),
      () => spawnSync(7 as never),
      () => spawnSync('sh', [], null as never),
      () => childProcess.execSync('exit 3', { stdio: 'ignore' }),
      () => childProcess.execFileSync('/nonexistent/program'),
      () => bare().spawn(),
      () => bare().spawn({ file: 'sh', args: [], stdio: 'nonsense' }),
    ];
    const plain = invalid.map(shapeOfError);
    await withInstrumentation({}, () => {
      expect(invalid.map(shapeOfError)).to.deep.equal(plain);
    });
  });

  it('dies of an error event that nobody listens for, as it would', () => {
    const program = `
      import { spawn } from 'node:child_process';
      import { ChildProcessInstrumentation } from 'otel-exec/instrumentation';
      new ChildProcessInstrumentation();
      spawn('/nonexistent/program');
    `;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    expect(result.status).to.equal(1);
    expect(result.stderr).to.include('Error: spawn /nonexistent/program ENOENT');
  });

  it('gets the same results, and leaves no context behind', async () => {
    await withInstrumentation({}, async (capture) => {
      const tracer = capture.providers.tracerProvider.getTracer('test');
      const result = spawnSync('sh', ['-c', 'echo out; echo err >&2; exit 4'], {
        encoding: 'utf8',
      });
      expect(result).to.deep.include({ status: 4, signal: null, stdout: 'out\n', stderr: 'err\n' });
      const running = promisify(childProcess.execFile)('sh', ['-c', 'echo out']);
      tracer.startSpan('after the start').end();
      expect(await running).to.deep.equal({ stdout: 'out\n', stderr: '' });
      tracer.startSpan('after the end').end();
      const { spans } = await capture.signals();
      expect(spans.map(({ name, parentSpanId }) => [name, parentSpanId])).to.deep.equal([
        ['sh', undefined],
        ['after the start', undefined],
        ['sh', undefined],
        ['after the end', undefined],
      ]);
    });
  });

  it('gets one listener on a child that runs, and none more', async () => {
    await withInstrumentation({}, async () => {
      const child = spawn('sh', ['-c', ':']);
      expect(child.eventNames()).to.deep.equal(['exit']);
      expect(child.listenerCount('exit')).to.equal(1);
      await once(child, 'close');
      expect(child.listenerCount('exit')).to.equal(0);
    });
  });

  it('talks to a forked program, lets a detached one go, and is not kept alive', async () => {
    await withInstrumentation({}, async (capture) => {
      const forked = fork(new URL('forked-program.js', import.meta.url), ['echo']);
      forked.send('hello');
      const [answer] = (await once(forked, 'message')) as [
        { message: string; traceparent: string },
      ];
      await once(forked, 'close');
      const { spans } = await capture.signals();
      expect(answer.message).to.equal('hello');
      expect(answer.traceparent).to.include(spans[0]?.spanId);
    });
    const program = `
      import { spawn } from 'node:child_process';
      import { ChildProcessInstrumentation } from 'otel-exec/instrumentation';
      new ChildProcessInstrumentation();
      const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
      child.unref();
      process.stdout.write(String(child.pid));
    `;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    expect(process.kill(-Number(stdout), 'SIGKILL')).to.equal(true);
  });
});

function shapeOfError(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    const { name, message, code, status, errno, syscall, path } = error as Record<string, unknown>;
    return { name, message, code, status, errno, syscall, path };
  }
  throw new Error('it did not throw');
}
