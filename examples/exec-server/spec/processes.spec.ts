import { expect } from 'chai';
import type { CapturedSpan } from 'otel-exec/testing';
import { expectSignals } from './expected-signals.js';
import { isAlive } from './is-alive.js';
import { type Client, Serving, TRACE_ID } from './serving.js';

const start = { method: 'process/start', result: 'success' } as const;
const terminate = { method: 'process/terminate', result: 'success' } as const;

describe('exec-server processes, over the public wire', () => {
  let serving: Serving;
  let client: Client;

  beforeEach(async () => {
    serving = await Serving.start();
    client = await serving.connect();
  });

  afterEach(async () => {
    await serving[Symbol.asyncDispose]();
  });

  it('measures a process that exits 0', async () => {
    await client.start('p', 'echo hi');
    expect(await client.notified('process/exited', 'p')).to.deep.equal({
      processId: 'p',
      seq: 2,
      exitCode: 0,
      sandboxDenied: false,
    });
    expect(await client.notified('process/closed', 'p')).to.deep.equal({ processId: 'p', seq: 3 });
    expect(client.output('p')).to.equal('hi\n');
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [start],
      processes: [{ id: 'p', result: 'success', exitCode: 0 }],
    });
  });

  it('says on whose behalf a process runs, cut to what a signal carries, and on no metric', async () => {
    const metadata = { threadId: 'thread-1', toolCallId: 'c'.repeat(200) };
    await client.start('p', 'exit 0', { metadata });
    await client.start('q', 'exit 0', { metadata: { threadId: null } });
    await client.notified('process/closed', 'p');
    await client.notified('process/closed', 'q');
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [start, start],
      processes: [
        {
          id: 'p',
          result: 'success',
          exitCode: 0,
          conversationId: 'thread-1',
          toolCallId: 'c'.repeat(128),
        },
        { id: 'q', result: 'success', exitCode: 0 },
      ],
    });
  });

  it('measures a process that exits 3', async () => {
    await client.start('p', 'exit 3');
    expect((await client.notified('process/exited', 'p')).exitCode).to.equal(3);
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [start],
      processes: [{ id: 'p', result: 'error', errorType: '3', exitCode: 3 }],
    });
  });

  it('measures a missing executable as a failed spawn, and leaves nothing of it', async () => {
    const error = await client.start('p', '', { argv: ['/nonexistent'] }).catch((thrown) => thrown);
    expect(error).to.include({ code: -32603, message: 'No such file or directory (os error 2)' });
    expect(serving.server.service.processes).to.equal(0);
    await client.start('p', 'exit 0');
    await client.notified('process/closed', 'p');
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [{ method: 'process/start', result: 'error', code: -32603 }, start],
      processes: [
        { id: 'p', result: 'spawn_failed', errorType: 'ENOENT', executable: 'nonexistent' },
        { id: 'p', result: 'success', exitCode: 0 },
      ],
    });
  });

  it('measures a process that somebody else kills', async () => {
    await client.start('p', 'echo $$; exec sleep 100');
    await client.printed('p', '\n');
    process.kill(Number(client.output('p')), 'SIGKILL');
    expect((await client.notified('process/exited', 'p')).exitCode).to.equal(137);
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [start],
      processes: [{ id: 'p', result: 'error', errorType: 'SIGKILL' }],
    });
  });

  it('measures a process that its client terminates', async () => {
    await client.start('p', 'exec sleep 100');
    expect(await client.request('process/terminate', { processId: 'p' })).to.deep.equal({
      running: true,
    });
    expect((await client.notified('process/exited', 'p')).exitCode).to.equal(143);
    expect(await client.request('process/terminate', { processId: 'p' })).to.deep.equal({
      running: false,
    });
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [start, terminate, terminate],
      processes: [{ id: 'p', result: 'terminated' }],
    });
  });

  it('measures a process that exits 0 after it was terminated as terminated', async () => {
    await client.start('p', 'trap "exit 0" TERM; echo ready; while :; do sleep 0.02; done');
    await client.printed('p', 'ready');
    await client.request('process/terminate', { processId: 'p' });
    expect((await client.notified('process/exited', 'p')).exitCode).to.equal(0);
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [start, terminate],
      processes: [{ id: 'p', result: 'terminated', exitCode: 0 }],
    });
  });

  it('terminates what still runs when its client disconnects', async () => {
    await client.start('p', 'echo $$; exec sleep 100');
    await client.printed('p', '\n');
    const pid = Number(client.output('p'));
    await client.close();
    await serving.server.stop();
    expect(isAlive(pid)).to.equal(false);
    await expectSignals(serving.capture, {
      requests: [start],
      processes: [{ id: 'p', result: 'terminated' }],
    });
  });

  it('terminates what still runs when the server stops', async () => {
    await client.start('p', 'exec sleep 100');
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [start],
      processes: [{ id: 'p', result: 'terminated' }],
    });
  });

  it('refuses an id that is taken, and starts nothing', async () => {
    await client.start('p', 'exec sleep 100');
    const error = await client.start('p', 'exit 0').catch((thrown) => thrown);
    expect(error).to.include({ code: -32600, message: 'process p already exists' });
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [start, { method: 'process/start', result: 'error', code: -32600 }],
      processes: [{ id: 'p', result: 'terminated' }],
    });
  });

  it('measures a process that closes its output early up to its exit', async () => {
    await client.start('p', 'exec >&- 2>&-; sleep 0.3; exit 4');
    expect((await client.notified('process/exited', 'p')).exitCode).to.equal(4);
    await client.notified('process/closed', 'p');
    const { spans } = await serving.capture.signals();
    expect(processSpan(spans).seconds).to.be.at.least(0.3);
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [start],
      processes: [{ id: 'p', result: 'error', errorType: '4', exitCode: 4 }],
    });
  });

  it('kills a process that ignores SIGTERM', async () => {
    const script = 'trap "" TERM; echo ready; while :; do read x; done';
    await client.start('p', script, { pipeStdin: true });
    await client.printed('p', 'ready');
    await client.request('process/terminate', { processId: 'p' });
    expect((await client.notified('process/exited', 'p')).exitCode).to.equal(137);
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: [start, terminate],
      processes: [{ id: 'p', result: 'terminated' }],
    });
  });

  it('measures a process up to its exit, though a grandchild holds its pipe, and ends that too', async () => {
    await client.start('p', 'sleep 100 & echo $!; exit 0');
    expect((await client.notified('process/exited', 'p')).exitCode).to.equal(0);
    const grandchild = Number(client.output('p'));
    const { spans } = await serving.capture.signals();
    expect(processSpan(spans).seconds).to.be.below(5);
    expect(client.notifications.map(({ method }) => method)).to.not.include('process/closed');
    expect(isAlive(grandchild)).to.equal(true);
    await client.close();
    await serving.server.stop();
    expect(isAlive(grandchild)).to.equal(false);
    await expectSignals(serving.capture, {
      requests: [start],
      processes: [{ id: 'p', result: 'success', exitCode: 0 }],
    });
  });

  it('measures 200 at once', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `p-${index}`);
    await Promise.all(ids.map((id) => client.start(id, 'exit 0')));
    await Promise.all(ids.map((id) => client.notified('process/closed', id)));
    await serving.server.stop();
    await expectSignals(serving.capture, {
      requests: ids.map(() => start),
      processes: ids.map((id) => ({ id, result: 'success', exitCode: 0 })),
    });
  });

  it('joins client, request and process in one trace, and hands it on to the child', async () => {
    await client.start('p', 'echo $TRACEPARENT', { env: { TRACESTATE: 'stale=1' } });
    await client.notified('process/closed', 'p');
    const { spans } = await serving.capture.signals();
    const request = spans.find(({ kind }) => kind === 'SERVER') as CapturedSpan;
    const child = processSpan(spans);
    expect(request).to.include({ traceId: TRACE_ID, parentSpanId: '00f067aa0ba902b7' });
    expect(child).to.include({ traceId: TRACE_ID, parentSpanId: request.spanId });
    expect(client.output('p')).to.equal(`00-${TRACE_ID}-${child.spanId}-01\n`);
  });
});

describe('exec-server without telemetry', () => {
  it('works the same, and nothing is measured', async () => {
    await using serving = await Serving.start({ telemetry: undefined });
    const client = await serving.connect();
    await client.start('p', 'echo "[$TRACEPARENT]"; exit 3');
    expect((await client.notified('process/exited', 'p')).exitCode).to.equal(3);
    expect(client.output('p')).to.equal('[]\n');
    await serving.server.stop();
    await expectSignals(serving.capture, { connections: 0, requests: [] });
  });
});

function processSpan(spans: readonly CapturedSpan[]): CapturedSpan {
  return spans.find(({ name }) => name === 'exec_server.process') as CapturedSpan;
}
