import { expect } from 'chai';
import { ExecTelemetry, RpcTap, type TappedTelemetry } from 'otel-exec';
import { announced, mcpClient, mcpServer, toolCall } from 'otel-exec/conventions';
import { type CapturedSignals, SignalCapture } from 'otel-exec/testing';

const FAILED = { result: 'error', errorType: 'tool_error' } as const;
const OPERATIONS = 'mcp.server.operation.duration';

function telemetryOf(capture: SignalCapture, options = {}) {
  const conventions = { request: mcpServer(), call: mcpClient() };
  return new ExecTelemetry({ ...capture.providers, conventions, ...options });
}

function tapOf(telemetry: TappedTelemetry): RpcTap {
  return new RpcTap(telemetry, {
    facts: ({ method, params }) => {
      const { name } = (params ?? {}) as { name?: string };
      return method === 'tools/call' ? { tool: name } : { prompt: name };
    },
  });
}

const asking = (id: number, method: string, name?: string) => ({
  jsonrpc: '2.0',
  id,
  method,
  ...(name && { params: { name } }),
});
const answering = (id: number, result: object) => ({ jsonrpc: '2.0', id, result });
const refusing = (id: number) => ({ jsonrpc: '2.0', id, error: { code: -32602, message: 'no' } });

function tools(signals: CapturedSignals, metric = OPERATIONS): unknown[] {
  return (signals.metrics[metric] ?? []).flatMap(
    ({ attributes }) => attributes['gen_ai.tool.name'] ?? [],
  );
}

describe('a name that the host has announced', () => {
  it('is known whatever the outcome, once a response to tools/list or prompts/list was sent', async () => {
    await using capture = new SignalCapture();
    const tap = tapOf(telemetryOf(capture));
    tap.received(asking(1, 'tools/call', 'early'));
    tap.sent(refusing(1));
    tap.received(asking(2, 'tools/list'));
    tap.sent(answering(2, { tools: [{ name: 'early' }, { name: 'deploy' }] }));
    tap.received(asking(3, 'prompts/list'));
    tap.sent(answering(3, { prompts: [{ name: 'review' }] }));
    for (const [id, method, name] of [
      [4, 'tools/call', 'early'],
      [5, 'tools/call', 'made up'],
      [6, 'prompts/get', 'review'],
      [7, 'prompts/get', 'made up'],
    ] as const) {
      tap.received(asking(id, method, name));
      tap.sent(refusing(id));
    }
    const { spans } = await capture.signals();
    expect(spans.map(({ name }) => name)).to.deep.equal([
      'tools/call',
      'tools/list',
      'prompts/list',
      'tools/call early',
      'tools/call',
      'prompts/get review',
      'prompts/get',
    ]);
  });

  it('is known to the client that was told', async () => {
    await using capture = new SignalCapture();
    const tap = tapOf(telemetryOf(capture));
    tap.sent(asking(1, 'tools/list'));
    tap.received(answering(1, { tools: [{ name: 'deploy' }] }));
    tap.sent(asking(2, 'tools/call', 'deploy'));
    tap.received(refusing(2));
    const signals = await capture.signals();
    expect(tools(signals, 'mcp.client.operation.duration')).to.deep.equal(['deploy']);
  });

  it('is known to tool calls too, where the host announces it by itself', async () => {
    await using capture = new SignalCapture();
    const telemetry = telemetryOf(capture, { conventions: { toolCall: toolCall() } });
    telemetry.announce({ tools: ['deploy'] });
    for (const tool of ['deploy', 'made up']) {
      const call = telemetry.toolCall({ tool });
      expect(() =>
        call.run(() => {
          throw new TypeError('no');
        }),
      ).to.throw(TypeError);
      call[Symbol.dispose]();
    }
    const signals = await capture.signals();
    expect(tools(signals, 'gen_ai.execute_tool.duration')).to.deep.equal(['deploy', '_OTHER']);
    expect(signals.spans.map(({ name }) => name)).to.deep.equal([
      'execute_tool deploy',
      'execute_tool',
    ]);
  });

  it('is one of at most as many as the cap says, and a list admits nothing else', async () => {
    await using capture = new SignalCapture();
    const names = Array.from({ length: 50 }, (_, at) => `t${at}`);
    const capped = telemetryOf(capture, { seriesCap: 3 });
    capped.announce({ tools: ['', 'x'.repeat(129), 'nul\0', ...names] });
    const listed = telemetryOf(capture, { tools: ['mine'] });
    listed.announce({ tools: ['t9'] });
    const fail = (telemetry: ExecTelemetry, tool: string) =>
      telemetry.request({ id: 1, method: 'tools/call' }, { facts: { tool } }).settle(FAILED);
    for (const name of names) fail(capped, name);
    fail(listed, 'mine');
    fail(listed, 't9');
    expect(tools(await capture.signals())).to.have.members(['_OTHER', 't0', 't1', 't2', 'mine']);
  });

  it('is read from odd lists without a word, and is nothing in the answer to anything else', () => {
    const odd = [null, 1, {}, { name: 2 }, { name: 'a' }];
    expect(announced('tools/list', { result: { tools: odd } })).to.deep.equal({ tools: ['a'] });
    for (const response of [undefined, null, 3, {}, { result: null }, { result: { tools: 1 } }]) {
      expect(announced('tools/list', response)).to.deep.equal({ tools: [] });
    }
    expect(announced('resources/list', { result: { tools: odd } })).to.equal(undefined);
  });

  it('costs the stream nothing where reading the response throws', async () => {
    await using capture = new SignalCapture();
    const tap = tapOf(telemetryOf(capture));
    tap.received(asking(1, 'tools/list'));
    tap.sent(
      answering(1, {
        get tools() {
          throw new Error('unreadable');
        },
      }),
    );
    const { spans } = await capture.signals();
    expect(spans.map(({ name, status }) => [name, status])).to.deep.equal([
      ['tools/list', 'UNSET'],
    ]);
  });
});

describe('a name that nobody announced', () => {
  it('is on the span as it arrived, cut, and the last field of the event', async () => {
    await using capture = new SignalCapture();
    const telemetry = telemetryOf(capture);
    const long = 'x'.repeat(1_000);
    telemetry.request({ id: 1, method: 'tools/call' }, { facts: { tool: long } }).settle(FAILED);
    telemetry.request({ id: 2, method: 'no/such' }).settle({ result: 'error', code: -32601 });
    const { spans, events } = await capture.signals();
    expect(spans.map(({ name }) => name)).to.deep.equal(['tools/call', 'mcp']);
    expect(spans[0]?.attributes['gen_ai.tool.name']).to.equal('x'.repeat(128));
    expect(spans[1]?.attributes['mcp.method.name']).to.equal('no/such');
    expect(events.map(({ attributes }) => Object.entries(attributes).at(-1))).to.deep.equal([
      ['tool_original', 'x'.repeat(128)],
      ['method_original', 'no/such'],
    ]);
  });
});
