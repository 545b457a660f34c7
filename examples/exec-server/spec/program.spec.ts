import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { isAlive } from './is-alive.js';
import { OtlpReceiver } from './otlp-receiver.js';
import { runProgram, ServerProgram } from './program.js';
import { Client } from './serving.js';

const MAIN = 'main.js';
const REQUEST = 'codex.exec_server_request';
const PROCESS = 'codex.exec_server_process';

describe('the exec server program', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`on ${signal} ends its processes, tells of everything that was open, and exits 0`, async () => {
      await using server = new ServerProgram({
        args: ['--listen', 'ws://127.0.0.1:0', '--kill-grace-ms', '300'],
      });
      const client = await connect(await server.url());
      await client.start('p', 'echo $$; exec sleep 100');
      await client.start('q', 'trap "" TERM; echo $$; while :; do read x; done', {
        pipeStdin: true,
      });
      await client.printed('p', '\n');
      await client.printed('q', '\n');
      const poll = client.request('process/read', { processId: 'p', afterSeq: 9, waitMs: 9_000 });
      const lost = poll.then(({ exited }) => exited);
      await server.lines.event(REQUEST, { where: ({ request_id }) => request_id === '2' });
      expect(await server.end(signal)).to.equal(0);
      expect(await lost).to.equal(true);
      expect(isAlive(Number(client.output('p')))).to.equal(false);
      expect(isAlive(Number(client.output('q')))).to.equal(false);
      const lines = (await server.lines.end()).map(({ level, fields, target }) => {
        const { message, duration_ms, traceparent, trace_id, ...rest } = fields;
        expect([message, duration_ms, traceparent ?? trace_id, level, target]).to.not.include(
          undefined,
        );
        return rest;
      });
      const request = (request_id: string, method: string) => ({
        'event.name': REQUEST,
        request_id,
        method,
        result: 'success',
      });
      expect(lines).to.have.deep.members([
        request('1', 'process/start'),
        request('2', 'process/start'),
        request('3', 'process/read'),
        { 'event.name': PROCESS, process_id: 'p', result: 'terminated' },
        { 'event.name': PROCESS, process_id: 'q', result: 'terminated' },
      ]);
    });
  }

  it('shows a short request and a longer process, joined by a trace id, as OTEL_EXEC_LOG wants', async () => {
    const filter = 'warn,codex_exec_server::telemetry=debug';
    await using server = new ServerProgram({ env: { OTEL_EXEC_LOG: filter } });
    const client = await connect(await server.url());
    await client.start('p', 'sleep 0.5; exit 3');
    const request = (await server.lines.event(REQUEST)).fields;
    const ended = (await server.lines.event(PROCESS)).fields;
    expect(ended).to.include({ result: 'error', 'error.type': '3', 'process.exit.code': 3 });
    expect(ended.duration_ms).to.be.within(500, 5_000);
    expect(request.duration_ms).to.be.below(Number(ended.duration_ms));
    expect(String(request.traceparent).split('-')[1]).to.equal(ended.trace_id);
    await server.end();
    const all = (await server.lines.end()).map(({ level, fields }) => [
      level,
      fields['event.name'],
    ]);
    expect(all).to.have.deep.members([
      ['DEBUG', `${PROCESS}_started`],
      ['INFO', REQUEST],
      ['INFO', PROCESS],
    ]);
  });

  it('exports all three signals over OTLP, whatever the lines let through', async () => {
    await using receiver = await OtlpReceiver.start();
    await using server = new ServerProgram({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=spec',
        OTEL_EXEC_LOG: 'off',
      },
    });
    const client = await connect(await server.url());
    await client.start('p', 'env', { envPolicy: { inherit: 'all' } });
    await client.notified('process/closed', 'p');
    expect(await server.end()).to.equal(0);
    expect(receiver.spans).to.have.members(['process/start', 'exec_server.process']);
    expect(receiver.events).to.have.members([REQUEST, PROCESS, `${PROCESS}_started`]);
    expect(new Set(receiver.metrics.filter((name) => !/^otel[.]sdk[.]/.test(name)))).to.deep.equal(
      new Set([
        'exec_server.connections',
        'exec_server.connections.active',
        'exec_server.requests',
        'exec_server.requests.active',
        'exec_server.request.duration',
        'exec_server.request.queue.duration',
        'exec_server.processes.active',
        'exec_server.processes.finished',
        'exec_server.process.duration',
      ]),
    );
    expect(receiver.resource('service.name')).to.deep.equal(new Set(['exec-server']));
    expect(receiver.resource('deployment.environment.name')).to.deep.equal(new Set(['spec']));
    expect(receiver.resource('process.command_args')).to.deep.equal(new Set([undefined]));
    expect(await server.lines.end()).to.deep.equal([]);
    const inherited = client.output('p').match(/^OTEL_\w+/gm);
    expect(inherited).to.have.members([
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      'OTEL_RESOURCE_ATTRIBUTES',
      'OTEL_EXEC_LOG',
    ]);
  });

  it('ends in time though its collector is gone, and has told its lines', async () => {
    const gone = await OtlpReceiver.start();
    const { url } = gone;
    await gone[Symbol.asyncDispose]();
    await using server = new ServerProgram({
      args: ['--listen', 'ws://127.0.0.1:0', '--shutdown-ms', '1000'],
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SERVICE_NAME: 'mine' },
    });
    const client = await connect(await server.url());
    await client.start('p', 'exit 0');
    await client.notified('process/closed', 'p');
    const began = performance.now();
    expect(await server.end()).to.equal(0);
    expect(performance.now() - began).to.be.below(2_000);
    const targets = (await server.lines.end()).map(({ target }) => target);
    expect(targets.filter((target) => target !== 'opentelemetry')).to.have.length(2);
    expect(targets).to.include('opentelemetry');
  });

  it('speaks JSON-RPC alone on stdout, over stdio, and ends when stdin does', async () => {
    await using server = new ServerProgram({
      args: ['--listen', 'stdio'],
      env: { OTEL_LOG_LEVEL: 'debug' },
    });
    const answers = createInterface({ input: server.child.stdout })[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await answers.next()).value);
    const send = (text: string) => server.child.stdin.write(`${text}\n`);
    send('{"id":1,"method":"initialize","params":{"clientName":"me"}}');
    expect(await next()).to.have.nested.property('result.environmentInfo');
    send('not json\n');
    expect(await next()).to.deep.equal({ id: null, error: { code: -32700, message: 'not JSON' } });
    send('x'.repeat(5 * 1024 * 1024));
    expect(await next()).to.have.nested.property(
      'error.message',
      'line is longer than 4194304 bytes',
    );
    const params = { processId: 'p', argv: ['sleep', '100'], cwd: 'file:///' };
    send(JSON.stringify({ id: 2, method: 'process/start', params }));
    expect(await next()).to.deep.equal({ id: 2, result: { processId: 'p', sandboxType: 'none' } });
    server.child.stdin.end();
    expect(await server.exit()).to.equal(0);
    expect((await answers.next()).done).to.equal(true);
    const events = (await server.lines.end()).filter(({ target }) => target !== 'opentelemetry');
    expect(events.map(({ fields }) => [fields['event.name'], fields.result])).to.deep.equal([
      [REQUEST, 'success'],
      [REQUEST, 'success'],
      [PROCESS, 'terminated'],
    ]);
  });

  it('goes on, whatever patterns a client sends for the environment of a process', async () => {
    await using server = new ServerProgram();
    const client = await connect(await server.url());
    const includeOnly = ['PATH', `${'*A'.repeat(40)}*B`];
    const set = { ['A'.repeat(100)]: '' };
    await client.start('p', 'env', { envPolicy: { inherit: 'none', set, includeOnly } });
    expect((await client.notified('process/exited', 'p')).exitCode).to.equal(0);
    expect(client.output('p')).to.not.match(/AAA/);
  });

  it('tells at its next start, with a journal, what was open when it was killed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'exec-server-'));
    const args = ['--listen', 'ws://127.0.0.1:0', '--journal', folder];
    const pids: number[] = [];
    try {
      {
        await using server = new ServerProgram({ args });
        const client = await connect(await server.url());
        for (const id of ['p', 'q']) {
          await client.start(id, 'echo $$; exec sleep 100');
          await client.printed(id, '\n');
          pids.push(Number(client.output(id)));
        }
        await server.end('SIGKILL');
      }
      await using next = new ServerProgram({ args });
      const told = [await next.lines.event(PROCESS), await next.lines.event(PROCESS)];
      expect(
        told.map(({ fields: { message, duration_ms, trace_id, ...rest } }) => rest),
      ).to.have.deep.members(
        ['p', 'q'].map((id, at) => ({
          'event.name': PROCESS,
          process_id: id,
          result: 'unknown',
          'error.type': 'host_lost',
          'process.pid': pids[at],
          'process.alive': true,
        })),
      );
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      rmSync(folder, { recursive: true });
    }
  });

  it('tells at an interval that a process still runs', async () => {
    const args = ['--listen', 'ws://127.0.0.1:0', '--heartbeat-ms', '50'];
    await using server = new ServerProgram({ args });
    const client = await connect(await server.url());
    await client.start('p', 'sleep 100');
    const { fields } = await server.lines.event(`${PROCESS}_running`);
    expect(fields).to.include({ process_id: 'p' });
    expect(fields.age_ms).to.be.within(50, 10_000);
    await server.end();
  });

  it('does not start with a bad directive, and names it', async () => {
    const ended = await runProgram(MAIN, { env: { OTEL_EXEC_LOG: 'info,codex=loud' } });
    expect(ended).to.include({ code: 2, stdout: '' });
    expect(ended.stderr).to.match(/^exec-server: OTEL_EXEC_LOG: .*codex=loud.*\n$/);
  });

  it('does not start with options that it does not have', async () => {
    const ended = await runProgram(MAIN, { args: ['--nope'] });
    expect(ended).to.include({ code: 2, stdout: '' });
    expect(ended.stderr).to.match(/^exec-server: .*--nope.*--help lists the options\n$/);
  });

  it('does not start on an address that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const ended = await runProgram(MAIN, { args: ['--listen', `ws://127.0.0.1:${port}`] });
    taken.close();
    expect(ended).to.include({ code: 1, stdout: '' });
    expect(ended.stderr).to.equal(
      `exec-server: ws://127.0.0.1:${port} is taken: end what listens there, or choose another port with --listen, where 0 picks a free one (EADDRINUSE)\n`,
    );
  });

  for (const env of [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'garbage' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' },
    { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'ftp://user:s3cret@collector' },
  ]) {
    it(`does not start with a collector that can't be one: ${JSON.stringify(env)}`, async () => {
      const ended = await runProgram(MAIN, { env: env as Record<string, string> });
      expect(ended).to.include({ code: 2, stdout: '' });
      expect(ended.stderr).to.equal(
        `exec-server: ${Object.keys(env)[0]} is not the URL of a collector: expected something like http://localhost:4318\n`,
      );
    });
  }

  for (const [env, warned] of [
    [{ OTEL_METRIC_EXPORT_INTERVAL: '2000' }, []],
    [
      { OTEL_METRIC_EXPORT_INTERVAL: '2000', OTEL_METRIC_EXPORT_TIMEOUT: '4000' },
      ['OTEL_METRIC_EXPORT_TIMEOUT is longer than the interval: 2000 is used'],
    ],
    [
      { OTEL_METRIC_EXPORT_INTERVAL: '0' },
      ['OTEL_METRIC_EXPORT_INTERVAL is not a positive number: the default is used'],
    ],
  ] as const) {
    it(`exports metrics as often as it is told: ${JSON.stringify(env)}`, async () => {
      await using receiver = await OtlpReceiver.start();
      const collector = {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      };
      await using server = new ServerProgram({ env: { ...collector, ...env } });
      const client = await connect(await server.url());
      await client.request('environment/info');
      expect(await server.end()).to.equal(0);
      expect(receiver.metrics).to.include('exec_server.requests');
      const told = (await server.lines.end()).filter(({ target }) => target === 'opentelemetry');
      expect(told.map(({ fields }) => fields.message)).to.deep.equal(warned);
    });
  }
});

async function connect(url: string): Promise<Client> {
  const client = new Client();
  await client.connect(url);
  return client;
}
