import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { isAlive } from './is-alive.js';
import { type Client, Serving } from './serving.js';

const LAST_PID = '/proc/sys/kernel/ns_last_pid';

// pid_namespaces(7): who may write there chooses the next pid.
function canChoosePids(): boolean {
  try {
    writeFileSync(LAST_PID, '1000');
    return true;
  } catch {
    return false;
  }
}

/** Starts a stranger, in a process group of its own, under a pid that is free or is about to be. */
async function spawnWithPid(pid: number): Promise<ChildProcess> {
  for (;;) {
    writeFileSync(LAST_PID, String(pid - 1));
    const child = spawn('sleep', ['100'], { detached: true, stdio: 'ignore' });
    if (child.pid === pid) return child;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

describe("exec-server processes whose pid is a stranger's by now (skipped where pids can't be chosen)", () => {
  let serving: Serving;
  let client: Client;
  let stranger: ChildProcess | undefined;

  before(function () {
    if (!canChoosePids()) this.skip();
  });

  beforeEach(async () => {
    serving = await Serving.start();
    client = await serving.connect();
  });

  afterEach(async () => {
    stranger?.kill('SIGKILL');
    await serving[Symbol.asyncDispose]();
  });

  /** Leaves a grandchild behind, which ends later; gives the pid, which is a stranger's then. */
  async function reuse(more: object): Promise<void> {
    await client.start('p', 'trap "" HUP; echo $$; sleep 0.5 & echo $!; exit 0', more);
    expect((await client.notified('process/exited', 'p')).exitCode).to.equal(0);
    const [pid, grandchild] = client.output('p').trim().split(/\s+/).map(Number);
    while (isAlive(Number(grandchild))) await pause(5);
    stranger = await spawnWithPid(Number(pid));
  }

  for (const [where, more] of [
    ['pipes', {}],
    ['a terminal', { tty: true }],
  ] as const) {
    it(`are not signalled when they are to be terminated: on ${where}`, async () => {
      await reuse(more);
      expect(await client.request('process/terminate', { processId: 'p' })).to.deep.equal({
        running: false,
      });
      await client.close();
      await serving.server.stop();
      expect(isAlive(stranger?.pid as number)).to.equal(true);
    });
  }

  it('are ended with their client as long as a descendant is known', async () => {
    const script = 'sleep 100 & echo $!; (sleep 0.2; sleep 100 & echo $!) & exit 0';
    await client.start('p', script);
    await client.notified('process/exited', 'p');
    while (client.output('p').trim().split('\n').length < 2) await pause(5);
    const descendants = client.output('p').trim().split('\n').map(Number);
    expect(descendants.map(isAlive)).to.deep.equal([true, true]);
    await client.close();
    await serving.server.stop();
    expect(descendants.map(isAlive)).to.deep.equal([false, false]);
  });
});
