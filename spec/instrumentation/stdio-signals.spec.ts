import { expect } from 'chai';
import type { CapturedSignals } from 'otel-exec/testing';
import { asLines, call, StdioProgram } from './stdio-programs.js';

/** Answers everything, and says at its end on stderr what was told of that. */
const SERVER = `
import { createInterface } from 'node:readline';
import { StdioInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';
const capture = new SignalCapture().register();
const stdio = new StdioInstrumentation();
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { id, method, params } = JSON.parse(line);
    const result = method === 'initialize' ? { protocolVersion: params.protocolVersion } : {};
    if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
  })
  .on('close', async () => {
    stdio.settleOpen();
    console.error(JSON.stringify(await capture.signals()));
  });
`;

async function signalsOf(...messages: object[]): Promise<CapturedSignals> {
  using program = new StdioProgram('server.mjs', SERVER);
  const { code, stderr } = await program.run(asLines(...messages), []);
  expect(code).to.equal(0);
  return JSON.parse(stderr);
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
});
