import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { expectSignals } from './expected-signals.js';
import { ServerProgram } from './program.js';
import { Client, Serving } from './serving.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');

const dataUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;

describe('exec-server terminals', () => {
  let serving: Serving;
  let client: Client;

  beforeEach(async () => {
    serving = await Serving.start();
    client = await serving.connect();
  });

  afterEach(async () => {
    await serving[Symbol.asyncDispose]();
  });

  const tty = { tty: true, env: { PATH: process.env.PATH, TERM: 'xterm' } };

  it('gives the child a terminal, takes input, and measures it to its exit', async () => {
    await client.start(
      'p',
      'test -t 0 && test -t 1 && echo terminal; read line; echo "got $line"; read line; exit 3',
      tty,
    );
    await client.printed('p', 'terminal');
    await client.request('process/write', { processId: 'p', chunk: base64('hello\n') });
    await client.printed('p', 'got hello');
    await client.request('process/write', { processId: 'p', chunk: base64('end\n') });
    expect((await client.notified('process/exited', 'p')).exitCode).to.equal(3);
    await client.notified('process/closed', 'p');
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [
        { method: 'process/start', result: 'success' },
        { method: 'process/write', result: 'success' },
        { method: 'process/write', result: 'success' },
      ],
      processes: [{ id: 'p', result: 'error', errorType: '3', exitCode: 3 }],
    });
  });

  it('can be terminated', async () => {
    await client.start('p', 'echo ready; exec sleep 100', tty);
    await client.printed('p', 'ready');
    await client.request('process/terminate', { processId: 'p' });
    expect((await client.notified('process/exited', 'p')).exitCode).to.equal(143);
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [
        { method: 'process/start', result: 'success' },
        { method: 'process/terminate', result: 'success' },
      ],
      processes: [{ id: 'p', result: 'terminated' }],
    });
  });

  it('can be terminated at once, before it leads a group of its own', async () => {
    await client.start('p', 'exec sleep 100', tty);
    await client.request('process/terminate', { processId: 'p' });
    expect((await client.notified('process/exited', 'p')).exitCode).to.equal(143);
  });

  it('is a failed spawn where the executable is missing', async () => {
    const more = { ...tty, argv: ['nonexistent'] };
    const error = await client.start('p', '', more).catch((thrown) => thrown);
    expect(error).to.include({ code: -32603, message: 'No such file or directory (os error 2)' });
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [{ method: 'process/start', result: 'error', code: -32603 }],
      processes: [
        { id: 'p', result: 'spawn_failed', errorType: 'ENOENT', executable: 'nonexistent' },
      ],
    });
  });

  it('is a failed spawn where the executable is found, and can not be executed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terminals-'));
    const script = join(folder, 'script');
    writeFileSync(script, '#!/nonexistent\n', { mode: 0o755 });
    const fail = (id: string, more: object) =>
      client.start(id, '', { ...tty, ...more }).catch((thrown) => thrown);
    expect(await fail('p', { argv: [folder] })).to.include({
      code: -32603,
      message: 'Permission denied (os error 13)',
    });
    expect(await fail('q', { argv: [script] })).to.have.property(
      'message',
      'No such file or directory (os error 2)',
    );
    expect(await fail('r', { cwd: pathToFileURL(script).href })).to.have.property(
      'message',
      'Not a directory (os error 20)',
    );
    rmSync(folder, { recursive: true });
    expect(serving.server.service.processes).to.equal(0);
    await serving.server.stop();
    expect(client.notifications).to.deep.equal([]);
    const failed = { method: 'process/start', result: 'error', code: -32603 } as const;
    await expectSignals(serving.capture, {
      requests: [failed, failed, failed],
      processes: [
        { id: 'p', result: 'spawn_failed', errorType: 'EACCES', executable: basename(folder) },
        { id: 'q', result: 'spawn_failed', errorType: 'ENOENT', executable: 'script' },
        { id: 'r', result: 'spawn_failed', errorType: 'ENOTDIR' },
      ],
    });
  });

  it('fails where a real-time signal kills it', async () => {
    await client.start('p', 'kill -40 $$', tty);
    expect((await client.notified('process/exited', 'p')).exitCode).to.equal(168);
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [{ method: 'process/start', result: 'success' }],
      processes: [{ id: 'p', result: 'error', errorType: 'SIGRTMIN+6' }],
    });
  });

  it('tells all that a child says that ends at once', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `p-${index}`);
    await Promise.all(ids.map((id) => client.start(id, 'echo hi; exit 5', tty)));
    for (const id of ids) {
      expect((await client.notified('process/exited', id)).exitCode).to.equal(5);
      expect(client.output(id)).to.equal('hi\r\n');
    }
  });

  it('is seen by no other child, of whichever client (skipped elsewhere than on Linux)', async function () {
    if (process.platform !== 'linux') this.skip();
    await client.start('p', 'echo ready; exec sleep 100', tty);
    await client.printed('p', 'ready');
    const other = await serving.connect();
    for (const [id, more] of [
      ['piped', {}],
      ['terminal', tty],
    ] as const) {
      await other.start(id, 'ls -l /proc/self/fd', more);
      await other.notified('process/closed', id);
      expect(other.output(id))
        .to.match(/ 0 -> /)
        .and.not.match(/ptmx/);
    }
  });

  it('takes no more input than it can hold, and ends what waits', async () => {
    await client.start('p', 'exec sleep 100', tty);
    const chunk = base64('line\n'.repeat(200_000));
    const waiting = client.request('process/write', { processId: 'p', chunk });
    await client.request('process/terminate', { processId: 'p' });
    expect(await waiting).to.deep.equal({ status: 'stdinClosed' });
  });

  for (const name of ['@lydell/node-pty', 'koffi']) {
    it(`are refused with a clear error where ${name} is missing`, async () => {
      const hooks = dataUrl(`export const resolve = (name, context, next) => {
        if (name === "${name}") throw new Error("not installed");
        return next(name, context);
      };`);
      const preload = dataUrl(`import { register } from "node:module"; register("${hooks}");`);
      const env = { NODE_OPTIONS: `--import=${preload}` };
      await using server = new ServerProgram({ env });
      const other = new Client();
      await other.connect(await server.url());
      const error = await other.start('p', 'exit 0', tty).catch((thrown) => thrown);
      expect(error).to.include({ code: -32603 });
      expect(String(error)).to.include(`tty: true needs the package ${name}`);
      await other.start('p', 'exit 0');
      await server.end();
    });
  }
});
