import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import type { ReadResult } from '../wire.js';
import { expectSignals } from './expected-signals.js';
import { Serving } from './serving.js';

const start = { method: 'process/start', result: 'success' } as const;
const read = { method: 'process/read', result: 'success' } as const;

describe('exec-server limits', () => {
  let serving: Serving;

  afterEach(async () => {
    await serving[Symbol.asyncDispose]();
  });

  it('refuse one connection too many, and take one again when one has gone', async () => {
    serving = await Serving.start({ limits: { connections: 1 } });
    const first = await serving.connect();
    const refused = new WebSocket(serving.server.url);
    refused.on('error', () => {});
    const [, response] = await once(refused, 'unexpected-response');
    expect(response.statusCode).to.equal(503);
    expect(String(await once(response, 'data'))).to.equal('too many connections: the limit is 1\n');
    refused.terminate();
    await first.close();
    await (await serving.connect()).request('environment/info');
  });

  it('refuse one process too many, over all connections, and measure no process', async () => {
    serving = await Serving.start({ limits: { processes: 2 } });
    const [one, other] = [await serving.connect(), await serving.connect()];
    await one.start('p', 'exec sleep 100');
    await other.start('p', 'exec sleep 100');
    const error = await one.start('q', 'exit 0').catch((thrown) => thrown);
    expect(error).to.include({ code: -32000, message: 'too many processes: the limit is 2' });
    await other.request('process/terminate', { processId: 'p' });
    await other.notified('process/exited', 'p');
    await one.start('q', 'exit 0');
    await one.notified('process/closed', 'q');
    await serving.server.stop();
    await expectSignals(serving.capture, {
      connections: 2,
      requests: [
        ...[start, start, start],
        { method: 'process/start', result: 'error', code: -32000 },
        { method: 'process/terminate', result: 'success' },
      ],
      processes: [
        { id: 'p', result: 'terminated' },
        { id: 'p', result: 'terminated' },
        { id: 'q', result: 'success', exitCode: 0 },
      ],
    });
  });

  it('refuse one request in flight too many, and end those that wait as disconnected', async () => {
    serving = await Serving.start({ limits: { requestsInFlight: 2 } });
    const client = await serving.connect();
    for (let before = 0; before < 3; before++) await client.request('environment/info');
    await client.start('p', 'exec sleep 100');
    const poll = { processId: 'p', waitMs: 10_000 };
    const waiting = [1, 2].map(() =>
      client.request('process/read', poll).catch((lost) => lost.name),
    );
    const error = await client.request('process/read', poll).catch((thrown) => thrown);
    expect(error).to.include({
      code: -32000,
      message: 'too many requests in flight: the limit is 2',
    });
    await client.close();
    expect(await Promise.all(waiting)).to.deep.equal(['ConnectionLost', 'ConnectionLost']);
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [
        ...Array(3).fill({ method: 'environment/info', result: 'success' }),
        start,
        { method: 'process/read', result: 'error', code: -32000, handled: false },
        { method: 'process/read', result: 'disconnected' },
        { method: 'process/read', result: 'disconnected' },
      ],
      processes: [{ id: 'p', result: 'terminated' }],
    });
  });

  it('refuse requests that are too big together', async () => {
    serving = await Serving.start({ limits: { bytesInFlight: 1_000 } });
    const client = await serving.connectRaw();
    const answer = await client.ask({ id: 1, method: 'environment/info', params: 'x'.repeat(999) });
    expect(answer).to.deep.equal({
      id: 1,
      error: { code: -32000, message: 'too many bytes in flight: the limit is 1000' },
    });
  });

  it('refuse requests that are too big together, over all connections, until one has gone', async () => {
    serving = await Serving.start({ limits: { totalBytesInFlight: 2_000 } });
    const [one, other] = [await serving.connect(), await serving.connect()];
    await one.start('p', 'exec sleep 100');
    const poll = { processId: 'p', waitMs: 10_000, pad: 'x'.repeat(1_000) };
    const waiting = one.request('process/read', poll).catch((lost) => lost.name);
    await one.request('environment/info');
    const big = () => other.request('environment/info', { pad: 'x'.repeat(1_000) });
    expect(await big().catch((thrown) => thrown)).to.include({
      code: -32000,
      message: 'too many bytes in flight over all connections: the limit is 2000',
    });
    await one.close();
    expect(await waiting).to.equal('ConnectionLost');
    await until(() => serving.server.service.connections === 1);
    await big();
  });

  it('make requests wait in a queue, in order, and measure how long', async () => {
    serving = await Serving.start({ limits: { requestsRunning: 1 } });
    const client = await serving.connect();
    const answered: string[] = [];
    const ids = ['a', 'b', 'c', 'd'];
    await Promise.all(
      ids.map((id) => client.start(id, 'exit 0').then(() => void answered.push(id))),
    );
    expect(answered).to.deep.equal(ids);
    await Promise.all(ids.map((id) => client.notified('process/closed', id)));
    const { metrics } = await serving.capture.signals();
    const [queued] = metrics['exec_server.request.queue.duration'] ?? [];
    const [lasted] = metrics['exec_server.request.duration'] ?? [];
    expect(queued?.value).to.equal(4);
    expect(queued?.sum)
      .to.be.above((lasted?.sum ?? 0) / 10)
      .and.below(lasted?.sum ?? 0);
  });

  it('do not let those that wait for a process hold up the others', async () => {
    serving = await Serving.start({ limits: { requestsRunning: 1 } });
    const client = await serving.connect();
    for (let before = 0; before < 3; before++) await client.request('environment/info');
    await client.start('p', 'exec sleep 100');
    const poll = client.request<ReadResult>('process/read', { processId: 'p', waitMs: 10_000 });
    await client.request('process/terminate', { processId: 'p' });
    expect((await poll).exitCode).to.equal(143);
  });

  it('forget the oldest output: so many bytes', async () => {
    serving = await Serving.start({ limits: { retainedBytes: 100_000 } });
    const client = await serving.connect();
    await client.start('p', 'head -c 1000000 /dev/zero');
    await client.notified('process/closed', 'p');
    const { chunks, nextSeq } = await client.request<ReadResult>('process/read', {
      processId: 'p',
    });
    const bytes = chunks.reduce((sum, { chunk }) => sum + Buffer.from(chunk, 'base64').length, 0);
    expect(bytes).to.be.above(0).and.at.most(100_000);
    expect(chunks.at(-1)?.seq).to.equal(nextSeq - 1);
    expect(client.output('p')).to.have.length(1_000_000);
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [start, read],
      processes: [{ id: 'p', result: 'success', exitCode: 0 }],
    });
  });

  it('forget the oldest output: so many chunks', async () => {
    serving = await Serving.start({ limits: { retainedChunks: 3 } });
    const client = await serving.connect();
    await client.start('p', 'while read line; do echo "$line"; done', { pipeStdin: true });
    for (const text of ['1\n', '2\n', '3\n', '4\n', '5\n']) {
      const chunk = Buffer.from(text).toString('base64');
      await client.request('process/write', { processId: 'p', chunk });
      await client.printed('p', text);
    }
    const { chunks } = await client.request<ReadResult>('process/read', { processId: 'p' });
    expect(chunks.map(({ seq }) => seq)).to.deep.equal([3, 4, 5]);
  });

  it('forget the processes that closed first, whose ids are free again', async () => {
    serving = await Serving.start({ limits: { retainedClosed: 1 } });
    const client = await serving.connect();
    for (const id of ['p', 'q']) {
      await client.start(id, 'echo hi');
      await client.notified('process/closed', id);
    }
    const gone = await client.request('process/read', { processId: 'p' }).catch((thrown) => thrown);
    expect(gone).to.include({ code: -32600, message: 'unknown process p' });
    await client.request('process/read', { processId: 'q' });
    await client.start('p', 'exit 0');
  });

  it('hold back processes whose client does not read, and lose nothing', async () => {
    const outboundBytes = 256 * 1024;
    const total = 32 * 1024 * 1024;
    serving = await Serving.start({ limits: { outboundBytes } });
    const client = await serving.connect();
    client.wire.pause();
    const { service } = serving.server;
    const started = client.start('p', `head -c ${total} /dev/zero`);
    await until(() => service.bufferedBytes > outboundBytes);
    for (let looks = 0; looks < 20; looks++) {
      expect(service.bufferedBytes).to.be.below(outboundBytes + 1024 * 1024);
      await pause(5);
    }
    client.wire.resume();
    await started;
    await client.notified('process/closed', 'p');
    expect(client.output('p')).to.have.length(total);
    await until(() => service.bufferedBytes === 0);
  });

  it('produce no more answers than a client that does not read has room for, and lose none', async () => {
    const outboundBytes = 256 * 1024;
    const fileBytes = 1024 * 1024;
    await inFolder(async (folder) => {
      writeFileSync(join(folder, 'large'), Buffer.alloc(fileBytes, 'x'));
      serving = await Serving.start({ limits: { outboundBytes, fileBytes } });
      const { service } = serving.server;
      const client = await serving.connect();
      const other = await serving.connect();
      client.wire.pause();
      const path = pathToFileURL(join(folder, 'large')).href;
      const answers = Array.from({ length: 20 }, () => client.request('fs/readFile', { path }));
      await until(() => service.bufferedBytes > outboundBytes);
      for (let looks = 0; looks < 20; looks++) {
        await other.request('fs/readFile', { path });
        expect(service.bufferedBytes).to.be.below(outboundBytes + 1.5 * fileBytes);
      }
      client.wire.resume();
      for (const { dataBase64 } of await Promise.all(answers)) {
        expect(dataBase64).to.have.length(Math.ceil(fileBytes / 3) * 4);
      }
    });
  });

  it('produce no more output again than a client that does not read has room for', async () => {
    const outboundBytes = 256 * 1024;
    serving = await Serving.start({ limits: { outboundBytes } });
    const { service } = serving.server;
    const client = await serving.connect();
    await client.start('p', 'head -c 1000000 /dev/zero; printf end');
    await client.notified('process/closed', 'p');
    client.wire.pause();
    const answers = Array.from({ length: 20 }, () =>
      client.request<ReadResult>('process/read', { processId: 'p' }),
    );
    await until(() => service.bufferedBytes > outboundBytes);
    for (let looks = 0; looks < 20; looks++) {
      expect(service.bufferedBytes).to.be.below(outboundBytes + 1.5 * 1024 * 1024);
      await pause(5);
    }
    client.wire.resume();
    for (const { chunks } of await Promise.all(answers)) {
      expect(Buffer.from(chunks.at(-1)?.chunk ?? '', 'base64').toString()).to.match(/end$/);
    }
  });

  it('produce so many bytes at a time, over all connections, and answer everybody', async () => {
    await inFolder(async (folder) => {
      writeFileSync(join(folder, 'file'), 'hello');
      serving = await Serving.start({ limits: { producedBytes: 1 } });
      const clients = await Promise.all(Array.from({ length: 4 }, () => serving.connect()));
      const path = pathToFileURL(join(folder, 'file')).href;
      const answers = clients.flatMap((client) =>
        Array.from({ length: 10 }, () => client.request('fs/readFile', { path })),
      );
      await clients[0]?.close();
      const lost = answers.slice(0, 10).map((answer) => answer.catch(() => {}));
      for (const answer of await Promise.all(answers.slice(10))) {
        expect(answer).to.deep.equal({ dataBase64: 'aGVsbG8=' });
      }
      await Promise.all(lost);
    });
  });

  it('let processes say what they have to when their client goes without reading it', async () => {
    const outboundBytes = 256 * 1024;
    serving = await Serving.start({ limits: { outboundBytes, killGraceMillis: 5_000 } });
    const client = await serving.connect();
    client.wire.pause();
    const goodbye = 'trap "head -c 1000000 /dev/zero; exit 7" TERM';
    void client.start('p', `${goodbye}; head -c 32000000 /dev/zero`).catch(() => {});
    await until(() => serving.server.service.bufferedBytes > outboundBytes);
    client.wire.drop();
    await until(() => serving.server.service.processes === 0);
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [start],
      processes: [{ id: 'p', result: 'terminated', exitCode: 7 }],
    });
  });
});

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'limits-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(5);
}
