import { expect } from 'chai';
import { program, summaryOf, Tapped } from './tapped.js';

/**
 * Reads messages of either framing, and does what their methods say: `ask` asks the client in turn, `fail` and
 * the tool `broken` fail, `never` isn't answered, everything else is.
 */
const server = (framing: 'lines' | 'headers') =>
  program(`
const write = (message) => {
  const body = JSON.stringify(message);
  if ('${framing}' === 'lines') process.stdout.write(body + '\\n');
  else process.stdout.write('Content-Length: ' + Buffer.byteLength(body) + '\\r\\n\\r\\n' + body);
};
const handle = ({ id, method, params, result }) => {
  const answer = (rest) => write({ jsonrpc: '2.0', id, ...rest });
  if (method === undefined) return write({ jsonrpc: '2.0', method: 'window/logMessage', params: { result } });
  if (id === undefined) return;
  if (params?.ask) write({ jsonrpc: '2.0', id: 's', method: params.ask, params: {} });
  if (method === 'initialize') answer({ result: { protocolVersion: params.protocolVersion } });
  else if (method === 'tools/list') answer({ result: { tools: [{ name: 'broken' }] } });
  else if (params?.name === 'broken') answer({ result: { isError: true } });
  else if (method === 'fail') answer({ error: { code: -32000, message: 'secret' } });
  else if (method !== 'never') answer({ result: { traceparent: process.env.TRACEPARENT } });
};
let text = '';
process.stdin.setEncoding('latin1').on('data', (chunk) => {
  text += chunk;
  for (;;) {
    const [whole, body] = ('${framing}' === 'lines' ? /^(.*)\\n/ : /^Content-Length: \\d+\\r\\n\\r\\n(\\{.*?\\})(?=C|$)/).exec(text) ?? [];
    if (whole === undefined) return;
    text = text.slice(whole.length);
    handle(JSON.parse(body));
  }
});`);

const request = (id: unknown, method: string, params?: object) => ({
  jsonrpc: '2.0',
  id,
  method,
  ...(params && { params }),
});

async function requestsOf(tapped: Tapped): Promise<unknown[]> {
  tapped.child.stdin.end();
  tapped.child.stdout.resume();
  const events = await tapped.events();
  return events.map(summaryOf);
}

const EXIT = ['child_process.exit', undefined, undefined, 'success', undefined];

describe('otel-exec tap tells', () => {
  const mcp = [
    request(1, 'initialize', { protocolVersion: '2025-06-18' }),
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    request('two', 'tools/list'),
    request(3, 'tools/call', { name: 'broken' }),
    request(4, 'fail'),
    request(5, 'never'),
    request(6, 'tools/call', { name: 'good', ask: 'roots/list' }),
  ];
  const mcpRequests = [
    ['mcp.server.request', '1', 'initialize', 'success', undefined],
    ['mcp.server.request', undefined, 'notifications/initialized', 'success', undefined],
    ['mcp.server.request', 'two', 'tools/list', 'success', undefined],
    ['mcp.server.request', '3', 'tools/call', 'error', 'tool_error'],
    ['mcp.server.request', '4', 'fail', 'error', '-32000'],
    ['mcp.server.request', '6', 'tools/call', 'success', undefined],
    ['mcp.server.request', '5', 'never', 'disconnected', 'disconnected'],
  ];

  it('the requests of an MCP server, and its process', async () => {
    await using tapped = new Tapped(server('lines'));
    tapped.send(...mcp);
    await tapped.heard('"id":6');
    const told = await requestsOf(tapped);
    expect(told).to.have.deep.members([...mcpRequests, EXIT]);
  });

  it('what the server asks its client too, where that is asked for', async () => {
    await using tapped = new Tapped(server('lines'), { options: ['--client'] });
    tapped.send(...mcp);
    await tapped.heard('"id":6');
    tapped.send({ jsonrpc: '2.0', id: 's', result: { roots: [] } });
    await tapped.heard('logMessage');
    expect(await requestsOf(tapped)).to.have.deep.members([
      ...mcpRequests,
      ['mcp.client.request', 's', 'roots/list', 'success', undefined],
      ['mcp.client.request', undefined, 'window/logMessage', 'success', undefined],
      EXIT,
    ]);
  });

  it('the requests of a language server, which have headers', async () => {
    await using tapped = new Tapped(server('headers'));
    const framed = (message: object) => {
      const body = JSON.stringify(message);
      return `Content-Length: ${body.length}\r\n\r\n${body}`;
    };
    const messages = [
      request(1, 'initialize', { processId: null, rootUri: null, capabilities: {} }),
      { jsonrpc: '2.0', method: 'initialized', params: {} },
      request(2, 'textDocument/hover', {}),
      request(3, 'never'),
      { jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 3 } },
      request(4, 'custom/one'),
    ];
    tapped.child.stdin.write(messages.map(framed).join(''));
    await tapped.heard('"id":4');
    expect(await requestsOf(tapped)).to.have.deep.members([
      ['rpc.server.request', '1', 'initialize', 'success', undefined],
      ['rpc.server.request', '2', 'textDocument/hover', 'success', undefined],
      ['rpc.server.request', '3', 'never', 'cancelled', 'cancelled'],
      ['rpc.server.request', '4', 'custom/one', 'success', undefined],
      EXIT,
    ]);
  });

  it('the requests of an agent, and of a server of no protocol that is known', async () => {
    await using agent = new Tapped(server('lines'));
    agent.send(request(0, 'initialize', { protocolVersion: 1 }), request(1, 'session/new', {}));
    await agent.heard('"id":1');
    expect(await requestsOf(agent)).to.have.deep.members([
      ['rpc.server.request', '0', 'initialize', 'success', undefined],
      ['rpc.server.request', '1', 'session/new', 'success', undefined],
      EXIT,
    ]);
    await using plain = new Tapped(server('lines'));
    plain.send(request(null, 'add', { a: 1 }), request(2, 'fail', { b: 2 }));
    await plain.heard('"id":2');
    expect(await requestsOf(plain)).to.have.deep.members([
      ['rpc.server.request', 'null', 'add', 'success', undefined],
      ['rpc.server.request', '2', 'fail', 'error', '-32000'],
      EXIT,
    ]);
  });

  it('that what comes in is no JSON-RPC, once, and passes it on', async () => {
    await using tapped = new Tapped(program('process.stdin.pipe(process.stdout)'));
    tapped.child.stdin.write('GET / HTTP/1.1\r\n');
    expect(await tapped.heard('1.1')).to.equal('GET / HTTP/1.1\r\n');
    tapped.send(request(1, 'tools/list'));
    await tapped.heard('list');
    tapped.child.stdin.end();
    const events = await tapped.events();
    expect(events.map(({ level, fields }) => [level, fields.message])).to.deep.equal([
      [
        'WARN',
        'what comes in on stdin is no JSON-RPC; it is passed on, and no request is observed',
      ],
      ['INFO', 'child process ended'],
    ]);
  });

  it('the server which trace it belongs to, and its requests where none says another', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    await using tapped = new Tapped(server('lines'), {
      environment: { TRACEPARENT: `00-${trace}-b7ad6b7169203331-01` },
    });
    const other = '11111111111111111111111111111111';
    tapped.send(
      request(1, 'tools/list'),
      request(2, 'tools/list', { _meta: { traceparent: `00-${other}-b7ad6b7169203331-01` } }),
      request(3, 'ping'),
    );
    const { result } = JSON.parse((await tapped.heard('"id":3')).trim().split('\n').at(-1) ?? '');
    tapped.child.stdin.end();
    const events = await tapped.events();
    const traces = events.map(({ fields }) =>
      String(fields.traceparent ?? `00-${fields.trace_id}`)
        .split('-')
        .at(1),
    );
    expect(traces).to.deep.equal([trace, other, trace, trace]);
    expect(result.traceparent).to.match(new RegExp(`^00-${trace}-(?!b7ad6b7169203331)`));
  });
});
