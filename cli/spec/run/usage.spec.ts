import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { Usage } from '../../run/usage.js';
import { Receiver } from '../signals/receiver.js';
import { linesIn, run } from './command.js';

const MEBIBYTE = 2 ** 20;
const BURN = `
  const end = process.cpuUsage().user + 1e5;
  for (let x = 0; process.cpuUsage().user < end; ) for (let i = 0; i < 1e5; i++) x += i;`;
const HOLD =
  'globalThis.held = Buffer.alloc(100 * 2 ** 20, 1); console.log(1); process.stdin.resume();';

describe('what a command uses (skipped elsewhere than on Linux)', () => {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('has the processor time of its descendants that were waited for, and of nobody else', async () => {
    const program = `const { spawnSync } = require('node:child_process');
      spawnSync(process.execPath, ['--eval', ${JSON.stringify(BURN)}]);
      spawnSync(process.execPath, ['--eval', ${JSON.stringify(BURN)}]);`;
    const { stderr } = await run([process.execPath, '--eval', program]);
    expect(linesIn(stderr)[0]?.fields['process.cpu.user_ms']).to.be.within(200, 5_000);
    const idle = await run(['sh', '-c', `"$0" --eval "$1" & exit 0`, process.execPath, BURN]);
    expect(linesIn(idle.stderr)[0]?.fields['process.cpu.user_ms']).to.be.below(100);
  });

  it('has not what was waited for before it began', async () => {
    await once(spawn(process.execPath, ['--eval', BURN], { stdio: 'ignore' }), 'exit');
    const usage = new Usage();
    const child = spawn('true');
    usage.follow(child);
    await once(child, 'exit');
    expect(usage.used?.userMillis).to.be.below(100);
  });

  it('has the memory of the command and its descendants at a time, and the most that it was', async () => {
    const program = `
      const { spawn } = require('node:child_process');
      spawn(process.execPath, ['--eval', ${JSON.stringify(HOLD)}], { stdio: 'inherit' });
      ${HOLD}`;
    const usage = new Usage();
    const child = spawn(process.execPath, ['--eval', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    usage.follow(child);
    let shown = '';
    while (shown.length < 4) shown += (await once(child.stdout, 'data'))[0];
    expect(usage.memoryBytes).to.be.within(200 * MEBIBYTE, 500 * MEBIBYTE);
    child.stdin.destroy();
    child.kill();
    await once(child, 'exit');
    expect(usage.used?.peakBytes).to.be.within(200 * MEBIBYTE, 500 * MEBIBYTE);
  });

  it('is in the metrics, by the names of the semantic conventions', async () => {
    await using receiver = await Receiver.start();
    await run([process.execPath, '--eval', BURN], { env: receiver.variables });
    expect([...receiver.metrics]).to.include.members(['process.cpu.time', 'process.memory.usage']);
    const [span] = receiver.spans;
    expect(span?.attributes['process.memory.peak_bytes']).to.satisfy(
      (value: unknown) => Number(value) > 10 * MEBIBYTE,
    );
  });
});
