import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { ExecTelemetry } from 'otel-exec';
import { jsonRpcServer, mcpServer } from 'otel-exec/conventions';
import { type CapturedSignals, SignalCapture } from 'otel-exec/testing';

const NOT_FOUND = { result: 'error', code: -32601 } as const;
const SUCCESS = { result: 'success' } as const;

function labels(signals: CapturedSignals, metric: string, name: string): unknown[] {
  return (signals.metrics[metric] ?? []).map(({ attributes }) => attributes[name]);
}

function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

describe('a method as a label', () => {
  it('is itself only if the server knows it, where the server gives a list', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry({ ...capture.providers, methods: ['known'] });
    telemetry.request({ id: 1, method: 'known' }).settle(SUCCESS);
    telemetry.request({ id: 2, method: 'other' }).settle(SUCCESS);
    telemetry.request({ id: 3, method: 'other' }).settle(SUCCESS);
    const signals = await capture.signals();
    expect(labels(signals, 'exec_server.requests', 'method')).to.deep.equal(['known', 'unknown']);
    await capture.expectExactly({
      spans: [
        {
          name: 'known',
          attributes: {
            'rpc.system.name': 'jsonrpc',
            'rpc.method': 'known',
            'jsonrpc.request.id': '1',
          },
        },
        ...['2', '3'].map((id) => ({
          name: 'unknown',
          attributes: {
            'rpc.system.name': 'jsonrpc',
            'rpc.method': '_OTHER',
            'rpc.method_original': 'other',
            'jsonrpc.request.id': id,
          },
        })),
      ],
    });
  });

  it('is learned, where there is no list, from an answer other than "method not found"', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry(capture.providers);
    telemetry.request({ id: 1, method: 'served' }).settle(SUCCESS);
    telemetry.request({ id: 2, method: 'served' }).settle(NOT_FOUND);
    telemetry.request({ id: 3, method: 'failing' }).settle({ result: 'error', code: -32000 });
    telemetry.request({ id: 4, method: 'missing' }).settle(NOT_FOUND);
    telemetry.request({ id: 5, method: 'gone' })[Symbol.dispose]();
    const { spans } = await capture.signals();
    expect(spans.map(({ name }) => name)).to.deep.equal([
      'served',
      'served',
      'failing',
      'unknown',
      'unknown',
    ]);
    expect(spans.map(({ attributes }) => attributes['rpc.method_original'])).to.deep.equal([
      undefined,
      undefined,
      undefined,
      'missing',
      'gone',
    ]);
  });

  it('stays bounded for unknown methods by the thousand, of any length', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry({ ...capture.providers, seriesCap: 10 });
    for (let at = 0; at < 2_000; at++) {
      telemetry.request({ id: at, method: `m${at}` }).settle(SUCCESS);
      telemetry.request({ id: at, method: `n${at}` }).settle(NOT_FOUND);
    }
    telemetry.request({ id: 'long', method: 'x'.repeat(1_000_000) }).settle(SUCCESS);
    const signals = await capture.signals();
    expect(new Set(labels(signals, 'exec_server.requests', 'method')).size).to.equal(11);
    const longest = signals.spans.flatMap(({ name, attributes }) => [
      name.length,
      ...Object.values(attributes).map((value) => String(value).length),
    ]);
    expect(Math.max(...longest)).to.be.at.most(128);
  });

  it('keeps nothing of a long name but what it shows of it', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry({ ...capture.providers, methods: ['known'] });
    const length = 2_000_000;
    const before = usedBytes();
    for (let at = 0; at < 30; at++) {
      telemetry
        .request({ id: 'x'.repeat(length), method: `${at}${'y'.repeat(length)}` })
        .settle(SUCCESS);
    }
    expect(usedBytes() - before).to.be.below(5 * length);
    expect((await capture.signals()).spans).to.have.length(30);
  });

  it('never makes two series of one label, even for a method that is called like the label', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry(capture.providers);
    telemetry.request({ id: 1, method: 'unknown' }).settle(SUCCESS);
    telemetry.request({ id: 2, method: 'missing' }).settle(NOT_FOUND);
    telemetry.request({ id: 3, method: 'unknown' }).settle(SUCCESS);
    const { metrics } = await capture.signals();
    expect(metrics['exec_server.requests']).to.have.deep.members([
      { attributes: { method: 'unknown', result: 'success' }, value: 2 },
      { attributes: { method: 'unknown', result: 'error' }, value: 1 },
    ]);
  });

  it('is `_OTHER` by the RPC conventions, under a span called `jsonrpc`', async () => {
    await using capture = new SignalCapture();
    const conventions = { request: jsonRpcServer() };
    const telemetry = new ExecTelemetry({ ...capture.providers, conventions, methods: ['known'] });
    telemetry.request({ id: 1, method: 'known', jsonrpc: '2.0' }).settle(SUCCESS);
    telemetry.request({ id: 2, method: 'nope' }).settle(NOT_FOUND);
    await capture.expectExactly({
      spans: [
        {
          name: 'known',
          kind: 'SERVER',
          attributes: {
            'rpc.system.name': 'jsonrpc',
            'rpc.method': 'known',
            'jsonrpc.request.id': '1',
          },
        },
        {
          name: 'jsonrpc',
          kind: 'SERVER',
          status: 'ERROR',
          attributes: {
            'rpc.system.name': 'jsonrpc',
            'rpc.method': '_OTHER',
            'rpc.method_original': 'nope',
            'jsonrpc.request.id': '2',
            'rpc.status_code': '-32601',
            'error.type': '-32601',
          },
        },
      ],
      metrics: {
        'rpc.server.call.duration': [
          { attributes: { 'rpc.system.name': 'jsonrpc', 'rpc.method': 'known' }, value: 1 },
          {
            attributes: {
              'rpc.system.name': 'jsonrpc',
              'rpc.method': '_OTHER',
              'rpc.status_code': '-32601',
              'error.type': '-32601',
            },
            value: 1,
          },
        ],
      },
    });
  });

  it('is joined by the tool in MCP, once the tool has answered', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry({
      ...capture.providers,
      conventions: { request: mcpServer() },
    });
    const call = (id: number, tool: string) =>
      telemetry.request({ id, method: 'tools/call' }, { facts: { tool } });
    call(1, 'run').settle(SUCCESS);
    call(2, 'run').settle({ result: 'error', errorType: 'tool_error' });
    call(3, 'made up').settle({ result: 'error', errorType: 'tool_error' });
    telemetry.request({ id: 4, method: 'tools/list' }).settle(SUCCESS);
    const { spans, metrics } = await capture.signals();
    expect(spans.map(({ name }) => name)).to.deep.equal([
      'tools/call run',
      'tools/call run',
      'tools/call',
      'tools/list',
    ]);
    expect(spans.map(({ attributes }) => attributes['gen_ai.tool.name'])).to.deep.equal([
      'run',
      'run',
      'made up',
      undefined,
    ]);
    const called = { 'mcp.method.name': 'tools/call', 'gen_ai.operation.name': 'execute_tool' };
    expect(
      metrics['mcp.server.operation.duration']?.map(({ attributes }) => attributes),
    ).to.have.deep.members([
      { ...called, 'gen_ai.tool.name': 'run' },
      { ...called, 'gen_ai.tool.name': 'run', 'error.type': 'tool_error' },
      { ...called, 'gen_ai.tool.name': '_OTHER', 'error.type': 'tool_error' },
      { 'mcp.method.name': 'tools/list' },
    ]);
  });
});

describe('an error type', () => {
  it('becomes `_OTHER` after the first few dozen, on every signal alike', async () => {
    await using capture = new SignalCapture();
    const telemetry = new ExecTelemetry({
      ...capture.providers,
      conventions: { request: jsonRpcServer() },
    });
    for (let code = 1; code <= 200; code++) {
      telemetry.request({ id: code, method: 'm' }).settle({ result: 'error', code });
    }
    const { spans, events, metrics } = await capture.signals();
    const types = (all: readonly { attributes: object }[]) =>
      new Set(all.map(({ attributes }) => (attributes as Record<string, unknown>)['error.type']))
        .size;
    expect(types(spans)).to.equal(65);
    expect(types(events)).to.equal(65);
    expect(types(metrics['rpc.server.call.duration'] ?? [])).to.equal(65);
    expect(spans.at(-1)?.attributes['error.type']).to.equal('_OTHER');
  });
});

describe('two telemetries in one process', () => {
  it('count into the same instruments without overwriting each other', async () => {
    await using capture = new SignalCapture();
    const [first, second] = [1, 2].map(
      () => new ExecTelemetry({ ...capture.providers, methods: ['m'] }),
    );
    first?.request({ id: 1, method: 'm' }).settle(SUCCESS);
    second?.request({ id: 1, method: 'm' }).settle(SUCCESS);
    second?.request({ id: 2, method: 'm' });
    const { metrics } = await capture.signals();
    expect(metrics['exec_server.requests']).to.deep.equal([
      { attributes: { method: 'm', result: 'success' }, value: 2 },
    ]);
    expect(metrics['exec_server.requests.active']).to.deep.equal([{ attributes: {}, value: 1 }]);
  });
});
