import { once } from 'node:events';
import { expect } from 'chai';
import { LineCapture } from 'otel-exec/testing';
import { type ProgramFolder, textOf } from './program-folder.js';

export const PRELOAD = ['--import', new URL('./preloaded.js', import.meta.url).href];

const JSON_RPC = `
const connection = rpc.createMessageConnection(
  new rpc.IPCMessageReader(process),
  new rpc.IPCMessageWriter(process),
);
connection.onRequest('echo', (params) => params);
connection.onRequest('wait', () => {
  connection.sendNotification('waiting');
  return new Promise(() => {});
});
connection.listen();
process.stdin.resume();
`;

export const jsonRpcCjs = `const rpc = require('vscode-jsonrpc/node');${JSON_RPC}`;
export const jsonRpcEsm = (specifier: string) => `import rpc from '${specifier}';${JSON_RPC}`;

const MCP = `
const server = new Server({ name: 's', version: '1' }, { capabilities: { tools: {} } });
server.setRequestHandler(CallToolRequestSchema, async () => ({ content: [], isError: true }));
server.connect(new StdioServerTransport());
process.disconnect();
`;
const FROM = '@modelcontextprotocol/sdk';
export const mcpEsm = `
import { Server } from '${FROM}/server/index.js';
import { StdioServerTransport } from '${FROM}/server/stdio.js';
import { CallToolRequestSchema } from '${FROM}/types.js';
${MCP}`;
export const mcpCjs = `
const { Server } = require('${FROM}/server/index.js');
const { StdioServerTransport } = require('${FROM}/server/stdio.js');
const { CallToolRequestSchema } = require('${FROM}/types.js');
${MCP}`;

/** Talks to the program over IPC, and ends it; gives what each of its lines says. */
export async function serveJsonRpc(
  folder: ProgramFolder,
  name: string,
  source: string,
  flags = PRELOAD,
) {
  const child = folder.start(name, source, flags);
  const lines = new LineCapture(child.stderr);
  const stdout = textOf(child.stdout);
  child.send({ jsonrpc: '2.0', id: 1, method: 'echo', params: { x: 1 } });
  const [answer] = await once(child, 'message');
  expect(answer).to.deep.equal({ jsonrpc: '2.0', id: 1, result: { x: 1 } });
  child.send({ jsonrpc: '2.0', id: 2, method: 'wait' });
  await once(child, 'message');
  const exited = once(child, 'exit');
  child.disconnect();
  await lines.event('rpc.server.request', { where: ({ result }) => result === 'disconnected' });
  child.stdin.end();
  expect(await exited).to.deep.equal([0, null]);
  expect(await stdout).to.equal('');
  return (await lines.end()).map(({ fields }) => [
    fields['event.name'],
    fields.method,
    fields.request_id,
    fields.result,
  ]);
}

/** Talks to the program over stdio, and ends it; gives what each of its lines says. */
export async function serveMcp(
  folder: ProgramFolder,
  name: string,
  source: string,
  flags = PRELOAD,
) {
  const child = folder.start(name, source, flags);
  const lines = new LineCapture(child.stderr);
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'run' } };
  child.stdin.write(`${JSON.stringify(call)}\n`);
  const [answer] = await once(child.stdout, 'data');
  expect(JSON.parse(String(answer))).to.deep.include({ id: 1 });
  const exited = once(child, 'exit');
  child.stdin.end();
  expect(await exited).to.deep.equal([0, null]);
  return (await lines.end()).map(({ fields }) => [
    fields['event.name'],
    fields.method,
    fields.result,
    fields['error.type'],
  ]);
}

/** What {@link serveJsonRpc} gives where the program is observed. */
export const answered = [
  ['rpc.server.request', 'echo', '1', 'success'],
  ['rpc.server.request', '_OTHER', '2', 'disconnected'],
];

/** What {@link serveMcp} gives where the program is observed. */
export const called = [['mcp.server.request', 'tools/call', 'error', 'tool_error']];
