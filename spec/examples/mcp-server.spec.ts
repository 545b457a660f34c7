import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { expect } from 'chai';
import { LineCapture } from 'otel-exec/testing';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const _meta = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
/** What starts the example. */
const command = [
  '--import',
  './build/examples/mcp-server/telemetry.js',
  'build/examples/mcp-server/server.js',
];

async function countLines(client: Client): Promise<unknown> {
  const { content } = await client.callTool({
    name: 'count_lines',
    arguments: { text: 'a\nb\nc\n' },
    _meta,
  });
  return content;
}

async function expectOneTrace(lines: LineCapture): Promise<void> {
  const request = await lines.event('mcp.server.request', {
    where: (fields) => fields.method === 'tools/call',
  });
  const exit = await lines.event('child_process.exit');
  expect(request.fields).to.include({ result: 'success' });
  expect(String(request.fields.traceparent)).to.match(new RegExp(`^00-${TRACE}-`));
  expect(exit.fields).to.include({ result: 'success', trace_id: TRACE });
}

describe('the MCP server example', () => {
  it('has the request, the tool and its process in one trace, over stdio', async () => {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: command,
      cwd: root,
      stderr: 'pipe',
    });
    const lines = new LineCapture(transport.stderr as Readable);
    const client = new Client({ name: 'spec', version: '1' });
    await client.connect(transport);
    expect(await countLines(client)).to.deep.equal([{ type: 'text', text: '3' }]);
    await expectOneTrace(lines);
    await client.close();
    const told = (await lines.end()).map(({ fields }) => fields.method ?? fields['event.name']);
    expect(told).to.have.members([
      'initialize',
      'notifications/initialized',
      'tools/call',
      'child_process.exit',
    ]);
  });

  it('has them in one trace over HTTP too', async () => {
    const child = spawn(process.execPath, [...command, '--http'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines = new LineCapture(child.stderr);
    const [port] = await once(child.stdout, 'data');
    const url = new URL(`http://127.0.0.1:${Number(port)}`);
    const transport = new StreamableHTTPClientTransport(url);
    const client = new Client({ name: 'spec', version: '1' });
    await client.connect(transport as Transport);
    expect(await countLines(client)).to.deep.equal([{ type: 'text', text: '3' }]);
    await expectOneTrace(lines);
    await transport.terminateSession();
    await client.close();
    child.kill();
    await once(child, 'exit');
  });
});
