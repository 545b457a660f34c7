import { expect } from 'chai';
import { StdioTap } from 'otel-exec/stdio';
import { SignalCapture } from 'otel-exec/testing';
import { asLines, call } from './stdio-programs.js';

const lines = (...messages: object[]) => Buffer.from(asLines(...messages));
const answer = (id: number, result: object) => lines({ jsonrpc: '2.0', id, result });
const PIPE = { 'network.transport': 'pipe' };

describe('StdioTap', () => {
  it('tells of a session of MCP, and of what was asked in it, by what both ends say', async () => {
    const capture = new SignalCapture();
    const tap = new StdioTap(capture.providers);
    tap.received(lines(call(1, 'initialize', { protocolVersion: '2025-06-18' })));
    expect(tap.protocol).to.equal('mcp');
    tap.sent(answer(1, { protocolVersion: '2025-06-18' }));
    tap.received(lines({ jsonrpc: '2.0', method: 'notifications/initialized' }));
    const both = lines(call(2, 'tools/call', { name: 'greet' }), call(3, 'ping'));
    const ids: unknown[] = [];
    tap.received(both.subarray(0, 20));
    tap.received(both.subarray(20), ({ message }) => ids.push((message as { id: number }).id));
    expect(ids).to.deep.equal([2, 3]);
    tap.sent(answer(2, { content: [] }));
    tap.close();
    const { spans, metrics } = await capture.signals();
    expect(spans.find(({ name }) => name === 'tools/call greet')?.attributes).to.deep.equal({
      ...PIPE,
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'greet',
      'jsonrpc.request.id': '2',
      'mcp.method.name': 'tools/call',
      'mcp.protocol.version': '2025-06-18',
    });
    expect(spans.find(({ name }) => name === 'ping')?.attributes).to.include({
      'error.type': 'disconnected',
    });
    const [session, ...others] = metrics['mcp.server.session.duration'] ?? [];
    expect(others).to.deep.equal([]);
    expect(session).to.deep.include({
      value: 1,
      attributes: { ...PIPE, 'mcp.protocol.version': '2025-06-18' },
    });
  });

  it('says once that what comes in is no JSON-RPC, and tells nothing of it', async () => {
    const capture = new SignalCapture();
    let refused = 0;
    const tap = new StdioTap({ ...capture.providers, refused: () => refused++ });
    for (const text of ['GET / HTTP/1.1\r\n', 'host: a\r\n\r\n']) tap.received(Buffer.from(text));
    tap.received(lines(call(1, 'ping')));
    tap.close();
    expect([refused, tap.isOver]).to.deep.equal([1, true]);
    expect((await capture.signals()).spans).to.deep.equal([]);
  });
});
