import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { read, run } from './line-program.js';

/** The shell's limit of a file's size stands for the disk: a write is cut there just the same. */
const LIMITED = 'trap \'\' XFSZ; ulimit -S -f 2; exec "$@" 2>>"$LINES_FILE"';

describe('lines on a full disk (skipped elsewhere than on Linux)', () => {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('are counted, and one that was cut is ended before the next', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otel-exec-lines-'));
    const file = join(folder, 'stderr');
    try {
      const child = run(
        `
        const processor = new LineLogRecordProcessor();
        process.stdin.once('data', () => {
          emit(processor, 'after');
          report({ dropped: processor.dropped, told });
          process.exit();
        });
        for (const body of ['before', 'cut', 'lost']) emit(processor, body, { padding: 'x'.repeat(600) });
        await processor.forceFlush();
        ready();`,
        ['env', `LINES_FILE=${file}`, 'sh', '-c', LIMITED, 'sh'],
      );
      await once(child.stdout ?? child, 'readable');
      execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']);
      child.stdin?.write('there is room again');
      const { dropped, told } = JSON.parse(await read(child.stdout));
      const [before, cut, ...rest] = readFileSync(file, 'utf8').trimEnd().split('\n');
      expect(JSON.parse(before ?? '').fields.message).to.equal('before');
      expect(cut).to.match(/^\{.*"message":"cut","padding":"x+$/);
      const fields = rest.map((line) => JSON.parse(line).fields);
      expect(fields).to.deep.equal([
        { message: 'log lines dropped', dropped: 2 },
        { message: 'after' },
      ]);
      expect(dropped).to.equal(2);
      expect(told).to.have.length(1);
      expect(told[0]).to.match(/EFBIG|ENOSPC/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
