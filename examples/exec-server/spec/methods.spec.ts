import { homedir, tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { ReadResult } from '../wire.js';
import { expectSignals } from './expected-signals.js';
import { type Client, Serving } from './serving.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('exec-server methods', () => {
  let serving: Serving;
  let client: Client;

  beforeEach(async () => {
    serving = await Serving.start();
    client = await serving.connect();
  });

  afterEach(async () => {
    await serving[Symbol.asyncDispose]();
  });

  describe('initialize', () => {
    it('tells the truth about where commands will run', async () => {
      const { sessionId, environmentInfo } = await client.request('initialize', {
        clientName: 'me',
      });
      expect(sessionId).to.match(/^[\da-f-]{36}$/);
      expect(environmentInfo).to.deep.include({
        cwd: pathToFileURL(process.cwd()).href,
        userHomeDir: pathToFileURL(homedir()).href,
        tempDir: pathToFileURL(tmpdir()).href,
        platformOs: process.platform === 'darwin' ? 'macos' : process.platform,
      });
      const { capabilities } = environmentInfo as { capabilities: object };
      expect(new Set(Object.values(capabilities))).to.deep.equal(new Set([false]));
      expect(await client.request('environment/info')).to.deep.equal(environmentInfo);
    });

    it('knows no earlier session', async () => {
      const params = { clientName: 'me', resumeSessionId: 'other' };
      const error = await client.request('initialize', params).catch((thrown) => thrown);
      expect(error).to.include({ code: -32600 });
    });
  });

  describe('process/read', () => {
    const read = (more: object = {}) =>
      client.request<ReadResult>('process/read', { processId: 'p', ...more });
    const texts = ({ chunks }: ReadResult) =>
      chunks.map(({ chunk }) => Buffer.from(chunk, 'base64').toString());

    beforeEach(() =>
      client.start('p', 'while read line; do echo "$line"; done', { pipeStdin: true }),
    );

    const say = async (text: string) => {
      await client.request('process/write', { processId: 'p', chunk: base64(`${text}\n`) });
      await client.printed('p', text);
    };

    it('gives what comes after a number', async () => {
      for (const text of ['one', 'two', 'three']) await say(text);
      expect(texts(await read())).to.deep.equal(['one\n', 'two\n', 'three\n']);
      expect(texts(await read({ afterSeq: 1 }))).to.deep.equal(['two\n', 'three\n']);
      expect(await read({ afterSeq: 3 })).to.deep.equal({
        chunks: [],
        nextSeq: 4,
        exited: false,
        exitCode: null,
        closed: false,
        failure: null,
        sandboxDenied: false,
      });
    });

    it('gives as many whole chunks as fit, and one at least', async () => {
      for (const text of ['one', 'two', 'three']) await say(text);
      const some = await read({ maxBytes: 8 });
      expect(texts(some)).to.deep.equal(['one\n', 'two\n']);
      expect(some.nextSeq).to.equal(3);
      const rest = await read({ afterSeq: some.nextSeq - 1, maxBytes: 0 });
      expect(texts(rest)).to.deep.equal(['three\n']);
    });

    it('waits for output', async () => {
      const waiting = read({ waitMs: 10_000 });
      await say('one');
      expect(texts(await waiting)).to.deep.equal(['one\n']);
    });

    it('waits for the end', async () => {
      const waiting = read({ waitMs: 10_000 });
      await client.request('process/terminate', { processId: 'p' });
      expect(await waiting).to.deep.include({ chunks: [], exited: true, exitCode: 143 });
      await client.notified('process/closed', 'p');
      expect(await read({ afterSeq: 2, waitMs: 10_000 })).to.include({ closed: true, nextSeq: 3 });
    });

    it('waits for the exit alone, where a grandchild holds the output open', async () => {
      await client.start('g', 'sleep 100 & read line; exit 3', { pipeStdin: true });
      const waiting = client.request('process/read', { processId: 'g', waitMs: 60_000 });
      await client.request('process/write', { processId: 'g', chunk: base64('go\n') });
      expect(await waiting).to.include({ exited: true, exitCode: 3, closed: false });
    });

    it('waits no longer than it may', async () => {
      const began = performance.now();
      expect(texts(await read({ waitMs: 50 }))).to.deep.equal([]);
      expect(performance.now() - began).to.be.within(45, 5_000);
    });
  });

  describe('process/write', () => {
    const write = (more: object = {}) =>
      client.request('process/write', { processId: 'p', chunk: base64('hello\n'), ...more });

    it('writes once for each write id', async () => {
      await client.start('p', 'cat', { pipeStdin: true });
      for (const writeId of ['w1', 'w1', 'w2', 'w1']) {
        expect(await write({ writeId })).to.deep.equal({ status: 'accepted' });
      }
      expect(await write({ writeId: 'w3', chunk: '', closeStdin: true })).to.deep.equal({
        status: 'accepted',
      });
      await client.notified('process/closed', 'p');
      expect(client.output('p')).to.equal('hello\nhello\n');
    });

    it('says where nothing can be written', async () => {
      expect(await write()).to.deep.equal({ status: 'unknownProcess' });
      await client.start('p', 'exec sleep 100');
      expect(await write()).to.deep.equal({ status: 'stdinClosed' });
    });

    it('waits while the process does not read, and ends with it', async () => {
      await client.start('p', 'exec sleep 100', { pipeStdin: true });
      const waiting = write({ chunk: base64('x'.repeat(1_000_000)) });
      await client.request('process/terminate', { processId: 'p' });
      expect(await waiting).to.deep.equal({ status: 'stdinClosed' });
    });

    it('carries any bytes there and back', async () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
      await client.start('p', 'cat', { pipeStdin: true });
      await write({ chunk: bytes.toString('base64'), closeStdin: true });
      await client.notified('process/closed', 'p');
      const chunks = client.notifications.filter(({ method }) => method === 'process/output');
      const back = chunks.map(({ params }) => Buffer.from(String(params.chunk), 'base64'));
      expect(Buffer.concat(back).equals(bytes)).to.equal(true);
    });
  });

  describe('process/signal', () => {
    it('interrupts: a process that dies of it was terminated', async () => {
      await client.start('p', 'exec sleep 100');
      expect(
        await client.request('process/signal', { processId: 'p', signal: 'interrupt' }),
      ).to.eql({});
      expect((await client.notified('process/exited', 'p')).exitCode).to.equal(130);
      await serving.server.stop();
      await expectSignals(serving.capture, {
        requests: [
          { method: 'process/start', result: 'success' },
          { method: 'process/signal', result: 'success' },
        ],
        processes: [{ id: 'p', result: 'terminated' }],
      });
    });

    it('interrupts: a process that lives on and fails later just failed', async () => {
      await client.start(
        'p',
        'trap "echo caught" INT; echo ready; while :; do read x && exit 5; done',
        {
          pipeStdin: true,
        },
      );
      await client.printed('p', 'ready');
      await client.request('process/signal', { processId: 'p', signal: 'interrupt' });
      await client.request('process/write', { processId: 'p', chunk: base64('go\n') });
      const { exitCode } = await client.notified('process/exited', 'p');
      expect(exitCode).to.equal(5);
      const { events } = await serving.capture.signals();
      const ended = events.find(({ name }) => name === 'codex.exec_server_process');
      expect(ended?.attributes).to.include({ result: 'error', 'error.type': '5' });
    });

    it('is refused where there is no such process', async () => {
      const params = { processId: 'p', signal: 'interrupt' };
      const error = await client.request('process/signal', params).catch((thrown) => thrown);
      expect(error).to.include({ code: -32600, message: 'unknown process p' });
    });
  });

  describe('process/start', () => {
    it('gives the child its own variables alone, without a policy', async () => {
      await client.start('p', '/usr/bin/env', { env: { ONLY: 'this' } });
      await client.notified('process/closed', 'p');
      const names = client.output('p').match(/^\w+(?==)/gm);
      expect(names).to.include.members(['ONLY', 'TRACEPARENT']);
      expect(names).to.not.include('HOME');
    });

    it('runs where it is told, as what it is told', async () => {
      await client.start('p', 'echo $0; pwd', { cwd: 'file:///', arg0: 'other' });
      await client.notified('process/closed', 'p');
      expect(client.output('p')).to.equal('other\n/\n');
    });

    it('tells stdout from stderr', async () => {
      await client.start('p', 'echo out; echo err >&2');
      await client.notified('process/closed', 'p');
      const streams = client.notifications
        .filter(({ method }) => method === 'process/output')
        .map(({ params }) => [
          params.stream,
          Buffer.from(String(params.chunk), 'base64').toString(),
        ]);
      expect(streams).to.have.deep.members([
        ['stdout', 'out\n'],
        ['stderr', 'err\n'],
      ]);
    });

    it('says so where the folder is missing', async () => {
      const more = { cwd: 'file:///nonexistent' };
      const error = await client.start('p', 'exit 0', more).catch((thrown) => thrown);
      expect(error).to.include({ code: -32603, message: 'No such file or directory (os error 2)' });
    });
  });
});
