import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { OutputLines } from '../../run/output-lines.js';
import { Receiver } from '../signals/receiver.js';
import { bareAndRun, run, start, underRun } from './command.js';

const sh = (script: string) => ['sh', '-c', script];
const options = ['--output'];

describe('otel-exec run --output', () => {
  it('passes every byte on, in order, and ends as the command does', async () => {
    const script = String.raw`head -c 2000000 /dev/urandom >f; cat f; printf '\377\0' >&2; cksum f >&2; rm f; exit 4`;
    const { code, stdout, stderr } = await run(sh(script), {
      options,
      cwd: '/tmp',
      env: { OTEL_EXEC_LOG: 'off' },
    });
    const [, , size] = /(\d+) (\d+) f/.exec(stderr) ?? [];
    expect([code, size]).to.deep.equal([4, '2000000']);
    expect(Buffer.byteLength(stdout)).to.be.greaterThan(2_000_000);
    const { bare, under } = await bareAndRun(sh('seq 100000; echo err >&2; kill -TERM $$'), {
      options,
    });
    expect(under).to.deep.equal(bare);
  });

  it('tells lines as log records of its span, and cuts those that are too long', async () => {
    await using receiver = await Receiver.start();
    const script = String.raw`printf 'one\r\ntwo'; echo three >&2; head -c 10000 /dev/zero | tr '\0' x >&2`;
    await run(sh(script), { options, env: receiver.variables });
    const [span] = receiver.spans;
    const lines = receiver.events.filter(({ name }) => !name);
    const told = lines.map(({ severityNumber, body, attributes, spanId }) => [
      severityNumber,
      body,
      attributes,
      spanId,
    ]);
    const stderr = { 'log.iostream': 'stderr' };
    expect(told).to.have.deep.members([
      [9, 'one', { 'log.iostream': 'stdout' }, span?.spanId],
      [9, 'two', { 'log.iostream': 'stdout' }, span?.spanId],
      [13, 'three', stderr, span?.spanId],
      [13, 'x'.repeat(8_192), { ...stderr, cut: true }, span?.spanId],
    ]);
  });

  it('tells so many lines a second, and how many it has not told', async () => {
    await using receiver = await Receiver.start();
    const { stdout } = await run(['seq', '50000'], { options, env: receiver.variables });
    expect(stdout.trimEnd().split('\n')).to.have.length(50_000);
    const lines = receiver.events.filter(({ name }) => !name);
    const untold = lines.flatMap(({ attributes }) => Number(attributes.lines ?? 0));
    const sum = untold.reduce((before, count) => before + count, 0);
    expect(sum).to.be.greaterThan(0);
    expect(lines.filter(({ attributes }) => !attributes.lines).length + sum).to.equal(50_000);
  });

  it('gives the command pipes, which it can open anew', async () => {
    const script =
      'test -p /dev/stdout && test -p /dev/stderr && echo anew >/dev/stdout; exec 2>/dev/stderr';
    expect((await run(sh(script), { options, env: { OTEL_EXEC_LOG: 'off' } })).stdout).to.equal(
      'anew\n',
    );
  });

  it('does not wait for a daemon that holds its output', async () => {
    const script = 'sh -c "echo \\$\\$; exec sleep 100" & echo done';
    const { code, stdout } = await run(sh(script), { options });
    const [pid] = /\d+/.exec(stdout) ?? [];
    if (pid) process.kill(Number(pid));
    expect([code, stdout]).to.satisfy(([c, s]: [number, string]) => c === 0 && s.includes('done'));
  });

  it('is no faster than its reader, and ends where that is gone', async () => {
    const child = start(underRun(['yes'], options), { env: { OTEL_EXEC_LOG: 'off' } });
    const exit = once(child, 'exit');
    await once(child.stdout as Readable, 'readable');
    child.stdout?.destroy();
    expect(await exit).to.deep.equal([null, 'SIGPIPE']);
    expect(await text(child.stderr as Readable)).to.equal('');
  });
});

describe('lines of output', () => {
  it('are whole across pieces, and across the bytes of a character', () => {
    const told: unknown[] = [];
    const lines = new OutputLines((line, cut) => told.push([line, cut]));
    for (const byte of Buffer.from('grün\n\nlast')) lines.hear(Buffer.of(byte));
    lines.end();
    expect(told).to.deep.equal([
      ['grün', false],
      ['', false],
      ['last', false],
    ]);
  });
});
