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

  it('takes no more input than it can hold, and ends what waits', async () => {
    await client.start('p', 'exec sleep 100', tty);
    const chunk = base64('line\n'.repeat(200_000));
    const waiting = client.request('process/write', { processId: 'p', chunk });
    await client.request('process/terminate', { processId: 'p' });
    expect(await waiting).to.deep.equal({ status: 'stdinClosed' });
  });

  it('are refused with a clear error where there are none', async () => {
    const hooks = dataUrl(`export const resolve = (name, context, next) => {
      if (name === "@lydell/node-pty") throw new Error("not installed");
      return next(name, context);
    };`);
    const preload = dataUrl(`import { register } from "node:module"; register("${hooks}");`);
    const env = { NODE_OPTIONS: `--import=${preload}` };
    await using server = new ServerProgram({ env });
    const other = new Client();
    await other.connect(await server.url());
    const error = await other.start('p', 'exit 0', tty).catch((thrown) => thrown);
    expect(error).to.include({ code: -32603 });
    expect(String(error)).to.match(/tty: true needs the package @lydell\/node-pty/);
    await other.start('p', 'exit 0');
    await server.end();
  });
});
