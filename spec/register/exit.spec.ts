import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { Collector } from './collector.js';
import { type Ended, ended, runProgram, startProgram } from './program.js';

const CHILD = `
  import { execFileSync, spawn } from 'node:child_process';
  process.stdout.write(execFileSync('sh', ['-c', 'printf binary; printf "\\\\000\\\\377"']));
`;
const STAY = `
  import { execFileSync, spawn } from 'node:child_process';
  execFileSync('sh', ['-c', ':']);
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  child.unref();
  setInterval(() => {}, 1e6);
  child.on('spawn', () => console.log(child.pid));
`;
const ALL = {
  spans: ['sh'],
  events: ['child_process.exit'],
  metrics: new Set([
    'child_process.active',
    'child_process.finished',
    'child_process.duration',
    ...['span', 'log'].flatMap((signal) =>
      ['processed', 'queue.capacity', 'queue.size'].map(
        (name) => `otel.sdk.processor.${signal}.${name}`,
      ),
    ),
  ]),
};

const endings = {
  'with process.exit()': 'setImmediate(() => process.exit(6));',
  'with an uncaught error': 'throw new Error("as it is");',
  'with a top-level await that never settles': 'await new Promise(() => {});',
  'with a code of its own and listeners that do more work': `
    process.exitCode = 5;
    let rounds = 0;
    process.on('beforeExit', (code) => {
      console.log('beforeExit', code, rounds);
      if (rounds++ < 2) setTimeout(() => console.log('more'), 5);
    });
    process.on('exit', (code) => console.log('exit', code));
  `,
};

describe('a program with otel-exec/register that ends', () => {
  for (const [title, source] of Object.entries(endings)) {
    it(`${title} writes the same and ends the same as without`, async () => {
      const program = CHILD + source;
      const [plain, registered] = await Promise.all([
        runProgram(program, { flags: [] }),
        runProgram(program),
      ]);
      expect(shape(registered)).to.deep.equal(shape(plain));
      expect(registered.stderr)
        .to.match(/"event.name":"child_process.exit"/)
        .and.include(plain.stderr);
    });
  }

  it('by having nothing left to do exports first, and hears of it once', async () => {
    await using collector = new Collector();
    const program = CHILD + endings['with a code of its own and listeners that do more work'];
    const [plain, exporting] = await Promise.all([
      runProgram(program, { flags: [] }),
      runProgram(program, { env: await collector.listen() }),
    ]);
    expect(exporting).to.deep.equal(plain);
    expect(collector.received).to.deep.equal(ALL);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`by ${signal} dies of it and exports, with what was open`, async () => {
      await using collector = new Collector();
      const child = startProgram(STAY, { env: await collector.listen() });
      const end = ended(child);
      const pid = await printed(child);
      child.kill(signal);
      const { code, signal: died } = await end;
      process.kill(Number(pid), 'SIGKILL');
      expect([code, died]).to.deep.equal([null, signal]);
      expect(collector.received).to.deep.equal({
        spans: ['sh', 'sleep'],
        events: ['child_process.exit', 'child_process.start', 'child_process.exit'],
        metrics: ALL.metrics,
      });
    });
  }

  it('by a second signal dies at once, though the collector keeps it waiting', async () => {
    await using collector = new Collector(false);
    const child = startProgram(STAY, { env: await collector.listen() });
    const end = ended(child);
    const pid = await printed(child);
    const { reached } = collector;
    child.kill('SIGTERM');
    await reached;
    child.kill('SIGTERM');
    const { signal } = await end;
    process.kill(Number(pid), 'SIGKILL');
    expect(signal).to.equal('SIGTERM');
  });

  it('as its own listener for a signal says ends so, and so does one with signal-exit', async () => {
    const own = `${STAY}
      process.on('SIGTERM', () => {
        console.log('its own', process.listenerCount('SIGTERM'));
        child.kill('SIGKILL');
        process.exit(7);
      });
    `;
    const foreign = `${STAY}
      import { onExit } from 'signal-exit';
      onExit((code, signal) => { console.log('signal-exit', signal); child.kill('SIGKILL'); });
    `;
    const [decided, left] = await Promise.all(
      [own, foreign].map(async (source) => {
        const child = startProgram(source);
        const end = ended(child);
        await printed(child);
        child.kill('SIGTERM');
        return end;
      }),
    );
    expect(decided).to.include({ code: 7, signal: null });
    expect(decided?.stdout).to.match(/its own 1\n$/);
    expect(decided?.stderr).to.match(/"result":"unknown"/);
    expect(left).to.include({ code: null, signal: 'SIGTERM' });
    expect(left?.stdout).to.match(/signal-exit SIGTERM\n$/);
  });

  it('by a later signal that it no longer listens for dies of it and settles', async () => {
    const child = startProgram(`${STAY}
      process.once('SIGTERM', () => setImmediate(() => console.log('not yet')));
    `);
    const end = ended(child);
    const pid = await printed(child);
    child.kill('SIGTERM');
    expect(await printed(child)).to.equal('not yet');
    child.kill('SIGTERM');
    const { signal, stderr } = await end;
    process.kill(Number(pid), 'SIGKILL');
    expect(signal).to.equal('SIGTERM');
    expect(stderr).to.match(/"process.executable.name":"sleep".*"result":"unknown"/);
  });
});

async function printed(child: ChildProcess): Promise<string> {
  const [chunk] = await once(child.stdout as NodeJS.ReadableStream, 'data');
  return String(chunk).trim();
}

function shape({ code, signal, stdout }: Ended) {
  return { code, signal, stdout };
}
