import { expect } from 'chai';
import { runProgram } from '../register/program.js';

const BEGIN = `
  import { execFileSync, spawn } from 'node:child_process';
  import { once } from 'node:events';
  import { setImmediate as turn } from 'node:timers/promises';
  import { DiagLogLevel, diag } from '@opentelemetry/api';
  import { ExecTelemetry, RpcTap } from 'otel-exec';
  import { ChildProcessInstrumentation, McpInstrumentation } from 'otel-exec/instrumentation';
  import { SignalCapture } from 'otel-exec/testing';
  const tell = (message, error) => console.log(message, error?.message);
  const silent = () => {};
  diag.setLogger({ error: tell, warn: tell, info: silent, debug: silent, verbose: silent }, DiagLogLevel.WARN);
  const capture = new SignalCapture().register();
  const refuse = async () => { throw new Error('refused'); };
  const report = async () => {
    const { spans, metrics } = await capture.signals();
    const active = Object.entries(metrics).filter(([name]) => /active/.test(name)).flatMap(([, points]) => points);
    console.log(spans.map(({ name, status }) => name + ' ' + status).join(), active.map(({ value }) => value).join());
  };
`;

async function linesOf(program: string): Promise<string[]> {
  const { code, stdout, stderr } = await runProgram(BEGIN + program, { flags: [] });
  expect(stderr).to.equal('');
  expect(code).to.equal(0);
  return stdout.trim().split('\n');
}

describe('a hook', () => {
  it('of child processes that rejects is told of, and the program goes on', async () => {
    const lines = await linesOf(`
      new ChildProcessInstrumentation({ ignore: refuse, spawnHook: refuse, exitHook: refuse });
      execFileSync('sh', ['-c', ':']);
      await once(spawn('sh', ['-c', ':']), 'exit');
      await turn();
      await report();
    `);
    const told = ['ignore', 'spawnHook', 'exitHook'].map((it) => `otel-exec: ${it} failed refused`);
    expect(lines).to.deep.equal([...told, ...told, 'sh UNSET,sh UNSET 0']);
  });

  it('of requests that rejects is told of, and the response is read as it is', async () => {
    const lines = await linesOf(`
      import * as serverModule from '@modelcontextprotocol/sdk/server/index.js';
      import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
      const instrumentation = new McpInstrumentation({ ignore: refuse, requestHook: refuse });
      instrumentation.instrumentModule(serverModule);
      const [near, far] = InMemoryTransport.createLinkedPair();
      await new serverModule.Server({ name: 's', version: '1' }, { capabilities: {} }).connect(far);
      const answered = new Promise((resolve) => { near.onmessage = resolve; });
      await near.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
      await answered;
      const tap = new RpcTap(new ExecTelemetry({ methods: ['a'] }), { facts: refuse, outcome: refuse });
      tap.received({ jsonrpc: '2.0', id: 1, method: 'a' });
      tap.sent({ jsonrpc: '2.0', id: 1, error: { code: 7 } });
      await turn();
      await report();
    `);
    expect(lines).to.deep.equal([
      'otel-exec: ignore failed refused',
      'otel-exec: requestHook failed refused',
      'otel-exec: reading the facts of a request failed refused',
      'otel-exec: reading the outcome of a request failed refused',
      'ping UNSET,a ERROR 0',
    ]);
  });

  it('that starts a process itself, at once or later, is not asked about that one', async () => {
    const lines = await linesOf(`
      let calls = 0;
      const start = async () => {
        calls++;
        execFileSync('sh', ['-c', ':']);
        await turn();
        await once(spawn('sh', ['-c', ':']), 'exit');
      };
      new ChildProcessInstrumentation({ ignore: start, spawnHook: start, exitHook: start });
      execFileSync('sh', ['-c', ':']);
      process.once('beforeExit', async () => {
        console.log(calls);
        await report();
      });
    `);
    expect(lines).to.deep.equal(['3', 'sh UNSET 0']);
  });
});
