import { expect } from 'chai';
import type { CapturedSignals } from 'otel-exec/testing';
import { asLines, call, StdioProgram } from './stdio-programs.js';

/** Answers everything, and says at its end on stderr what was told of that. */
const serverOf = (answer: string) => `
import { createInterface } from 'node:readline';
import { ExecTelemetry } from 'otel-exec';
import { StdioInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';
const capture = new SignalCapture().register();
const stdio = new StdioInstrumentation();
const telemetry = new ExecTelemetry();
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const message = JSON.parse(line);
    const { id, method, params } = message;
    const result = method === 'initialize' ? { protocolVersion: params.protocolVersion } : {};
    const answer = () => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
    if (id !== undefined) { ${answer} }
  })
  .on('close', async () => {
    stdio.settleOpen();
    console.error(JSON.stringify(await capture.signals()));
  });
`;

const WITHOUT = 'answer();';
const BY_HAND = `
  const request = telemetry.request(message);
  request.run(answer);
  request.settle({ result: 'success' });
`;

async function run(answer: string, ...messages: object[]) {
  using program = new StdioProgram('server.mjs', serverOf(answer));
  const { code, stderr } = await program.run(asLines(...messages), []);
  expect(code).to.equal(0);
  const [signals = '', ...told] = stderr.split('\n').filter(Boolean).reverse();
  return { told, signals: JSON.parse(signals) as CapturedSignals };
}

async function signalsOf(...messages: object[]): Promise<CapturedSignals> {
  const { told, signals } = await run(WITHOUT, ...messages);
  expect(told).to.deep.equal([]);
  return signals;
}

const PIPE = { 'network.transport': 'pipe' };

describe('the signals of a server without a library on stdin and stdout', () => {
  it('say of MCP which revision was agreed on, and have a session, over a pipe', async () => {
    const { spans, metrics } = await signalsOf(
      call(0, 'initialize', { protocolVersion: '2025-06-18', capabilities: {} }),
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      call(1, 'tools/call', { name: 'greet' }),
    );
    const greet = spans.find(({ name }) => name === 'tools/call greet');
    expect(greet?.attributes).to.deep.equal({
      ...PIPE,
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'greet',
      'jsonrpc.request.id': '1',
      'mcp.method.name': 'tools/call',
      'mcp.protocol.version': '2025-06-18',
    });
    const [session, ...others] = metrics['mcp.server.session.duration'] ?? [];
    expect(others).to.deep.equal([]);
    expect(session).to.deep.include({
      value: 1,
      attributes: { ...PIPE, 'mcp.protocol.version': '2025-06-18' },
    });
  });

  it('say of every other JSON-RPC that it comes over a pipe', async () => {
    const { spans, metrics } = await signalsOf(call(1, 'thing/do'));
    expect(spans.map(({ attributes }) => attributes)).to.deep.equal([
      {
        ...PIPE,
        'jsonrpc.request.id': '1',
        'rpc.method': 'thing/do',
        'rpc.system.name': 'jsonrpc',
      },
    ]);
    expect(Object.keys(metrics)).to.deep.equal(['rpc.server.call.duration']);
  });

  it('count the first request twice where the program begins it by hand, say so, and leave it the rest', async () => {
    const calls = [1, 2, 3].map((id) => call(id, 'thing/do'));
    const { told, signals } = await run(BY_HAND, ...calls);
    expect(told).to.have.length(1);
    expect(told[0]).to.match(/counted twice.*telemetry[.]connection/);
    expect(
      signals.spans.map(({ name, attributes }) => [
        attributes['jsonrpc.request.id'],
        name,
        attributes['network.transport'],
      ]),
    ).to.have.deep.members([
      ['1', 'thing/do', 'pipe'],
      ['1', 'thing/do', undefined],
      ['2', 'thing/do', undefined],
      ['3', 'thing/do', undefined],
    ]);
  });

  it('say nothing of a request by hand that is another one', async () => {
    const other = `
      const other = telemetry.request({ id, method: 'other' });
      other.settle({ result: 'success' });
      answer();
    `;
    const { told, signals } = await run(other, call(1, 'thing/do'), call(2, 'thing/do'));
    expect(told).to.deep.equal([]);
    expect(
      signals.spans.filter(({ attributes }) => attributes['network.transport'] === 'pipe'),
    ).to.have.length(2);
  });
});
