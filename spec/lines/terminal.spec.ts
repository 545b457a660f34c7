import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { spawn } from '@lydell/node-pty';
import { expect } from 'chai';
import { programArguments } from './line-program.js';

describe('lines on a terminal (skipped elsewhere than on Linux)', () => {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('do not stop the host while it is held, and are all shown afterwards', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otel-exec-terminal-'));
    const server = createServer().listen(join(folder, 'report'));
    try {
      const [command, args] = programArguments(`
        import { connect } from 'node:net';
        const processor = new LineLogRecordProcessor();
        const start = performance.now();
        for (let at = 0; at < 1000; at++) emit(processor, at, { padding: 'x'.repeat(500) });
        connect('${join(folder, 'report')}').end(String(performance.now() - start));
        await processor.forceFlush();`);
      const terminal = spawn(command, args, { cols: 2_000 });
      let shown = '';
      terminal.onData((data) => {
        shown += data;
      });
      terminal.pause();
      const ended = new Promise((resolve) => terminal.onExit(resolve));
      const [socket] = await once(server, 'connection');
      expect(Number(await text(socket))).to.be.within(0.001, 1_000);
      terminal.resume();
      await ended;
      const lines = shown.trimEnd().split('\r\n');
      const bodies = lines.map((line) => JSON.parse(line).fields.message);
      expect(bodies).to.deep.equal(Array.from({ length: 1000 }, (_, at) => at));
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
