import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { kill } from 'node:process';
import { expect } from 'chai';
import { expectProcesses } from './expect-process.js';
import { withInstrumentation } from './with-instrumentation.js';

const terminated = { executable: 'sleep', result: 'terminated' } as const;
const terminatedShell = { executable: 'sh', result: 'terminated', exitCode: 0 } as const;

function sleep(options: SpawnOptions = {}): {
  readonly pid: number;
  readonly exited: Promise<unknown>;
} {
  const child = spawn('sleep', ['60'], { stdio: 'ignore', ...options });
  return { pid: child.pid as number, exited: once(child, 'exit') };
}

describe('a child process whose end the program asks for with process.kill()', () => {
  it('by its pid is terminated, whatever the signal is called', async () => {
    await withInstrumentation({}, async (capture) => {
      const [first, second, third] = [sleep(), sleep(), sleep()];
      process.kill(first.pid);
      kill(second.pid, 'SIGKILL');
      process.kill(third.pid, 2);
      await Promise.all([first.exited, second.exited, third.exited]);
      await expectProcesses(capture, terminated, terminated, terminated);
    });
  });

  it('by its group is terminated', async () => {
    await withInstrumentation({}, async (capture) => {
      const { pid, exited } = sleep({ detached: true });
      process.kill(-pid, 'SIGTERM');
      await exited;
      await expectProcesses(capture, terminated);
    });
  });

  it('and that exits with code 0 for it is terminated', async () => {
    await withInstrumentation({}, async (capture) => {
      const child = spawn('sh', ['-c', 'trap "exit 0" TERM; echo ready; read line']);
      await once(child.stdout, 'data');
      process.kill(child.pid as number);
      await once(child, 'exit');
      await expectProcesses(capture, terminatedShell);
    });
  });

  it('is not terminated by signal 0, nor by a signal to somebody else', async () => {
    await withInstrumentation({}, async (capture) => {
      const child = spawn('sh', ['-c', 'read line; exit 3']);
      const other = sleep();
      expect(process.kill(child.pid as number, 0)).to.equal(true);
      process.kill(other.pid);
      await other.exited;
      child.stdin.end('\n');
      await once(child, 'exit');
      expect(() => process.kill(other.pid, 0)).to.throw(/ESRCH/);
      expect(() => process.kill(child.pid as number, 'NONE')).to.throw(/Unknown signal/);
      await expectProcesses(capture, terminated, {
        executable: 'sh',
        result: 'error',
        errorType: '3',
        exitCode: 3,
      });
    });
  });
});
