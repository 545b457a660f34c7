import { once } from 'node:events';
import { expect } from 'chai';
import { keepUnread, read, run } from './line-program.js';

const padding = 'x'.repeat(500);

/** Reads the child's stderr only some time after it has said that it is ready. */
async function readLate(program: string) {
  const child = run(program);
  const exit = once(child, 'exit');
  keepUnread(child.stderr);
  await once(child.stdout ?? child, 'readable');
  const stdout = read(child.stdout);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const stderr = await read(child.stderr);
  const [code, signal] = await exit;
  return { code, signal, stdout: await stdout, bodies: bodiesOf(stderr) };
}

function bodiesOf(text: string): unknown[] {
  expect(text.endsWith('\n')).to.equal(text !== '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).fields.message);
}

function count(lines: number): number[] {
  return Array.from({ length: lines }, (_, at) => at);
}

describe('lines on stderr', () => {
  it('go to stderr and never to stdout', async () => {
    const child = run(`emit(new LineLogRecordProcessor(), 'here')`);
    const [stdout, stderr] = await Promise.all([read(child.stdout), read(child.stderr)]);
    expect(stdout).to.equal('');
    expect(stderr).to.equal(
      '{"timestamp":"1970-01-01T00:00:01.000Z","level":"INFO","fields":{"message":"here"},"target":"s"}\n',
    );
  });

  const endings = {
    'process.exit()': 'process.exit(3);',
    'its natural end': 'process.exitCode = 3;',
  };
  for (const [name, ending] of Object.entries(endings)) {
    it(`are all read, at ${name} with far more than a pipe holds`, async () => {
      const { code, bodies } = await readLate(`
        const processor = new LineLogRecordProcessor();
        for (let at = 0; at < 4000; at++) emit(processor, at, { padding: '${padding}' });
        ready();
        ${ending}`);
      expect(bodies).to.deep.equal(count(4000));
      expect(code).to.equal(3);
    });
  }

  it('are all read, though they come only while the process exits', async () => {
    const { code, bodies } = await readLate(`
      const processor = new LineLogRecordProcessor();
      process.on('exit', () => {
        for (let at = 0; at < 4000; at++) emit(processor, at, { padding: '${padding}' });
      });
      ready();
      process.exit(3);`);
    expect(bodies).to.deep.equal(count(4000));
    expect(code).to.equal(3);
  });

  it('are whole, even those that are longer than a pipe takes at once', async () => {
    const { bodies } = await readLate(`
      const processor = new LineLogRecordProcessor();
      for (let at = 0; at < 3; at++) emit(processor, at, { padding: 'é'.repeat(400_000) });
      ready();
      process.exit();`);
    expect(bodies).to.deep.equal(count(3));
  });

  it('are read in order, and do not cut what others write to stderr in two', async () => {
    const { bodies } = await readLate(`
      const processor = new LineLogRecordProcessor();
      const fields = { message: -1, padding: 'x'.repeat(1_000_000) };
      process.stderr.write(JSON.stringify({ fields }) + '\\n');
      ready();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 800);
      for (let at = 0; at < 2000; at++) emit(processor, at, { padding: '${padding}' });`);
    expect(bodies).to.deep.equal([-1, ...count(2000)]);
  });

  it('do not stop the host while nobody reads', async () => {
    const { stdout } = await readLate(`
      const processor = new LineLogRecordProcessor();
      const start = Date.now();
      for (let at = 0; at < 4000; at++) emit(processor, at, { padding: '${padding}' });
      const blocked = Date.now() - start;
      ready();
      const asleep = Date.now();
      setTimeout(() => report(blocked + Date.now() - asleep), 20);`);
    expect(Number(stdout)).to.be.below(600);
  });

  it('are dropped over the limit, and the loss is told when they are read again', async () => {
    const { bodies, stdout } = await readLate(`
      const processor = new LineLogRecordProcessor({ bufferLimit: 100_000 });
      for (let at = 0; at < 4000; at++) emit(processor, at, { padding: '${padding}' });
      ready();
      const dropped = processor.dropped;
      await processor.shutdown();
      report({ dropped, told });`);
    const { dropped, told } = JSON.parse(stdout);
    expect(dropped).to.be.within(1, 3999);
    expect(bodies).to.deep.equal([...count(4000 - dropped), 'log lines dropped']);
    expect(told).to.deep.equal([
      'otel-exec: log lines are dropped, because their reader is too slow',
    ]);
  });

  it('are all read when forceFlush and shutdown have settled', async () => {
    for (const flush of ['forceFlush', 'shutdown']) {
      const { bodies, stdout } = await readLate(`
        const processor = new LineLogRecordProcessor();
        for (let at = 0; at < 2000; at++) emit(processor, at, { padding: '${padding}' });
        ready();
        const start = Date.now();
        await processor.${flush}();
        report(Date.now() - start);
        process.kill(process.pid, 'SIGKILL');`);
      expect(bodies).to.deep.equal(count(2000));
      expect(Number(stdout)).to.be.above(100);
    }
  });

  it('end soon at exit if nobody ever reads', async () => {
    const child = run(`
      const processor = new LineLogRecordProcessor();
      for (let at = 0; at < 4000; at++) emit(processor, at, { padding: '${padding}' });
      process.exit(3);`);
    const [code] = await once(child, 'exit');
    expect(code).to.equal(3);
    child.stderr?.destroy();
  });
});

describe('a broken stderr', () => {
  const streams = { 'the default': '{}', 'process.stderr handed in': '{ stream: process.stderr }' };
  for (const [name, options] of Object.entries(streams)) {
    it(`leaves the host alone, is told once and counted: ${name}`, async () => {
      const child = run(`
        process.stdin.once('data', async () => {
          const processor = new LineLogRecordProcessor(${options});
          for (let at = 0; at < 3; at++) {
            emit(processor, at);
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
          await processor.shutdown();
          report({ dropped: processor.dropped, told });
          process.exit(3);
        });`);
      child.stderr?.destroy();
      await once(child.stderr ?? child, 'close');
      child.stdin?.write('go');
      const [stdout, [code, signal]] = await Promise.all([read(child.stdout), once(child, 'exit')]);
      expect({ code, signal }).to.deep.equal({ code: 3, signal: null });
      const { dropped, told } = JSON.parse(stdout);
      expect(dropped).to.equal(3);
      expect(told).to.have.length(1);
      expect(told[0]).to.include('EPIPE');
    });
  }

  it('counts what was waiting when the reader left', async () => {
    const child = run(`
      const processor = new LineLogRecordProcessor();
      for (let at = 0; at < 4000; at++) emit(processor, at, { padding: '${padding}' });
      process.stdin.once('data', async () => {
        await processor.shutdown();
        report({ dropped: processor.dropped, told });
        process.exit(3);
      });
      ready();`);
    await once(child.stdout ?? child, 'readable');
    child.stderr?.destroy();
    child.stdin?.write('go');
    const [stdout, [code]] = await Promise.all([read(child.stdout), once(child, 'exit')]);
    expect(code).to.equal(3);
    const { dropped, told } = JSON.parse(stdout);
    expect(dropped).to.be.within(2000, 4000);
    expect(told).to.have.length(1);
  });
});
