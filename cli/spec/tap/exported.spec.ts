import { expect } from 'chai';
import { Viewing } from '../view/viewing.js';
import { program, Tapped } from './tapped.js';

const request = (id: number, method: string, params: object) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});

/** Answers everything. */
const SERVER = program(`
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  const result = method === 'initialize' ? { protocolVersion: params.protocolVersion } : {};
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
});`);

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

async function tapInto(viewing: Viewing, variables: Record<string, string> = {}): Promise<void> {
  await using tapped = new Tapped(SERVER, {
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: viewing.url, ...variables },
  });
  const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
  tapped.send(request(1, 'initialize', { protocolVersion: '2025-06-18' }));
  await tapped.heard('"id":1');
  tapped.send(
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    request(2, 'tools/call', { name: 'greet' }),
    request(3, 'tools/list', { _meta: { traceparent } }),
  );
  await tapped.heard('"id":3');
  tapped.child.stdin.end();
  expect(await tapped.exit).to.deep.equal([0, null]);
}

describe('otel-exec tap exports', () => {
  it('a server and what is asked of it as one trace, but for what belongs to another', async () => {
    await using viewing = await Viewing.start();
    await tapInto(viewing);
    const { spans } = viewing;
    const server = spans.find(({ name }) => name === 'node');
    expect(server).to.not.have.property('parentSpanId');
    const own = { traceId: server?.traceId, parent: server?.spanId };
    const told = spans.map(({ name, traceId, parentSpanId: parent }) => ({
      name,
      traceId,
      parent,
    }));
    expect(told).to.have.deep.members([
      { name: 'node', traceId: server?.traceId, parent: undefined },
      { name: 'initialize', ...own },
      { name: 'notifications/initialized', ...own },
      { name: 'tools/call greet', ...own },
      { name: 'tools/list', traceId: '1'.repeat(32), parent: '2'.repeat(16) },
    ]);
    expect(spans.find(({ name }) => name === 'tools/call greet')?.attributes).to.include({
      'gen_ai.tool.name': 'greet',
      'jsonrpc.request.id': '2',
      'mcp.method.name': 'tools/call',
      'mcp.protocol.version': '2025-06-18',
      'network.transport': 'pipe',
    });
  });

  it('events and metrics of the requests, the session and the process, all of one service', async () => {
    await using viewing = await Viewing.start();
    await tapInto(viewing, { OTEL_RESOURCE_ATTRIBUTES: 'team=a' });
    const { spans, logRecords, metrics } = viewing;
    expect(logRecords.map(({ eventName }) => eventName)).to.deep.equal([
      'process.start',
      ...Array(4).fill('mcp.server.request'),
      'process.exit',
    ]);
    const counted = Object.fromEntries(
      metrics.map(({ name, points }) => [
        name,
        points.reduce((sum, { histogram }) => sum + Number(histogram?.count ?? 0), 0),
      ]),
    );
    expect(counted).to.include({
      'mcp.server.operation.duration': 4,
      'mcp.server.session.duration': 1,
    });
    for (const { sender } of [...spans, ...logRecords, ...metrics]) {
      expect(sender.attributes).to.include({ 'service.name': 'node', team: 'a' });
    }
  });

  it('all of it in the trace that the tap was started in', async () => {
    await using viewing = await Viewing.start();
    await tapInto(viewing, { TRACEPARENT: `00-${TRACE}-${PARENT}-01` });
    const server = viewing.spans.find(({ name }) => name === 'node');
    expect(server).to.include({ traceId: TRACE, parentSpanId: PARENT });
    const parents = viewing.spans.flatMap(({ traceId, parentSpanId }) =>
      traceId === TRACE && parentSpanId !== PARENT ? [parentSpanId] : [],
    );
    expect(parents).to.deep.equal(Array(3).fill(server?.spanId));
  });
});
