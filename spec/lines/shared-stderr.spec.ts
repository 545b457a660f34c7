import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { keepUnread, read, run, runOnPipe } from './line-program.js';

const OTHERS = 600;
const OURS = 1500;
/** A child that shares stderr, and doesn't complain there where a write of its own fails: libuv sets a pipe that a child inherits to blocking. */
const SIBLING = `
  const padding = 'y'.repeat(300);
  const script = 'exec 3>&2 2>/dev/null; i=0; while [ $i -lt ${OTHERS} ]; do echo "{\\\\"other\\\\":$i,\\\\"padding\\\\":\\\\"' + padding + '\\\\"}" >&3; i=$((i+1)); done';
  const sibling = spawn('sh', ['-c', script], { stdio: ['ignore', 'ignore', 'inherit'] });
`;
const streams = { stderr: '{}', 'process.stderr as a stream': '{ stream: process.stderr }' };
const kinds = { pipe: runOnPipe, socket: run };

describe('a stderr that others write to as well (skipped elsewhere than on Linux)', () => {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  for (const [name, options] of Object.entries(streams)) {
    it(`gets whole lines of both, however slowly it is read: ${name}`, async () => {
      const child = runOnPipe(`${SIBLING}
        const processor = new LineLogRecordProcessor(${options});
        let at = 0;
        const timer = setInterval(() => {
          for (let some = 0; some < 15; some++) emit(processor, at++, { padding: 'x'.repeat(500) });
          if (at === ${OURS}) clearInterval(timer);
        }, 1);
      `);
      const text = await readSlowly(child);
      const lines = text.trimEnd().split('\n');
      const parsed = lines.map((line) => JSON.parse(line) as { fields?: { message: number } });
      const ours = parsed.flatMap(({ fields }) => (fields ? [fields.message] : []));
      expect(ours).to.deep.equal(Array.from({ length: OURS }, (_, at) => at));
      if (name === 'stderr') expect(parsed).to.have.length(OURS + OTHERS);
    });
  }

  for (const [kind, start] of Object.entries(kinds)) {
    it(`never stops the host, though a child has made it blocking: a ${kind}`, async () => {
      const child = start(`
        const processor = new LineLogRecordProcessor();
        emit(processor, 'first');
        const sibling = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'inherit'] });
        let longest = 0;
        let last = performance.now();
        for (let at = 0; at < 200; at++) {
          for (let some = 0; some < 20; some++) emit(processor, at, { padding: 'x'.repeat(500) });
          await new Promise((resolve) => setImmediate(resolve));
          longest = Math.max(longest, performance.now() - last);
          last = performance.now();
        }
        sibling.kill();
        report(longest);
        process.kill(process.pid, 'SIGKILL');
      `);
      keepUnread(child.stderr);
      const [longest] = await once(child.stdout ?? child, 'data');
      child.stderr?.destroy();
      await once(child, 'exit');
      expect(Number(longest)).to.be.within(0.001, 1_000);
    });
  }

  it('stays blocking for the others, since they count on it', async () => {
    const child = runOnPipe(`
      import { readFileSync } from 'node:fs';
      const mode = () => readFileSync('/proc/self/fdinfo/2', 'latin1').match(/flags:\\s*(\\d+)/)[1];
      const before = mode();
      const processor = new LineLogRecordProcessor();
      for (let at = 0; at < 400; at++) emit(processor, at, { padding: 'x'.repeat(500) });
      report([before, mode()]);
    `);
    const [stdout] = await Promise.all([read(child.stdout), read(child.stderr)]);
    const [before, after] = JSON.parse(stdout) as string[];
    expect(after).to.equal(before);
  });
});

async function readSlowly(child: ChildProcess): Promise<string> {
  child.stdout?.resume();
  let text = '';
  for await (const chunk of child.stderr ?? []) {
    text += chunk;
    await setTimeout(2);
  }
  return text;
}
