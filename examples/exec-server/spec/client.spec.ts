import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { readOptions } from '../client/options.js';
import { runProgram, ServerProgram, spawnProgram } from './program.js';
import { Serving, TRACE_ID, TRACEPARENT } from './serving.js';

const MAIN = 'client/main.js';
const TOKEN = 'correct horse battery staple';

describe('the exec client program', () => {
  let folder: string;
  let serving: Serving;
  let to: string[];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'client-'));
    writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
    serving = await Serving.start({ token: TOKEN });
    to = ['--url', serving.server.url, '--token-file', join(folder, 'token')];
  });

  after(async () => {
    await serving[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  it("passes on the command's output and exit code, in the caller's trace", async () => {
    const ended = await runProgram(MAIN, {
      args: [...to, 'bash', '-c', 'echo hello; echo oops >&2; exit 3'],
      env: { TRACEPARENT },
    });
    expect(ended).to.deep.equal({ code: 3, stdout: 'hello\n', stderr: 'oops\n' });
    const { spans } = await serving.capture.signals();
    expect(new Set(spans.map(({ traceId }) => traceId))).to.deep.equal(new Set([TRACE_ID]));
  });

  it('passes on what is piped in, all of it and in order', async () => {
    const input = Array.from({ length: 300_000 }, (_, line) => `${line}\n`).join('');
    const ended = await runProgram(MAIN, { args: [...to, '--', 'cat'], input });
    expect(ended).to.include({ code: 0, stderr: '' });
    expect(ended.stdout === input).to.equal(true);
  });

  it('exits with 128+n where signal n killed the command', async () => {
    const ended = await runProgram(MAIN, { args: [...to, 'sh', '-c', 'kill -9 $$'] });
    expect(ended).to.deep.equal({ code: 137, stdout: '', stderr: '' });
  });

  it('terminates the command on Ctrl-C', async () => {
    const child = spawnProgram(MAIN, { args: [...to, 'sh', '-c', 'echo ready; exec sleep 100'] });
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await once(child, 'exit')).to.deep.equal([143, null]);
  });

  it('tells a command that is missing from a server that is missing', async () => {
    const missing = await runProgram(MAIN, { args: [...to, 'nonexistent'] });
    expect(missing).to.include({ code: 127, stdout: '' });
    expect(missing.stderr).to.match(/nonexistent.*No such file or directory/);
    const refused = await runProgram(MAIN, { args: ['--url', serving.server.url, 'true'] });
    expect(refused).to.include({ code: 125, stdout: '' });
    expect(refused.stderr).to.match(/401/);
    const gone = await runProgram(MAIN, { args: ['--url', 'ws://127.0.0.1:1', 'true'] });
    expect(gone).to.include({ code: 125, stdout: '' });
    expect(gone.stderr).to.match(/ECONNREFUSED.*npm start/);
  });

  it('says so where the server is lost', async () => {
    await using other = new ServerProgram();
    const child = spawnProgram(MAIN, {
      args: ['--url', await other.url(), 'sh', '-c', 'echo ready; read line'],
    });
    const stderr = text(child.stderr);
    await once(child.stdout, 'data');
    await other.end('SIGKILL');
    expect(await once(child, 'exit')).to.deep.equal([125, null]);
    expect(await stderr).to.match(/the server closed the connection/);
  });
});

describe('exec client options', () => {
  it('end where the command begins', () => {
    expect(readOptions(['--url', 'ws://h:1', 'ls', '--url', '-l'])).to.include({ url: 'ws://h:1' });
    expect(readOptions(['ls', '--url', '-l'])).to.deep.equal({
      url: 'ws://127.0.0.1:4800',
      token: undefined,
      cwd: undefined,
      argv: ['ls', '--url', '-l'],
    });
    expect(readOptions(['--cwd=/', '--', '-x', '--', 'y'])).to.deep.include({
      cwd: '/',
      argv: ['-x', '--', 'y'],
    });
  });

  it('need a command', () => {
    expect(() => readOptions([])).to.throw('a command is needed');
    expect(() => readOptions(['--nope', 'ls'])).to.throw('--nope');
    expect(readOptions(['--help'])).to.equal('help');
  });
});
