import { once } from 'node:events';
import { expect } from 'chai';
import { LineCapture } from 'otel-exec/testing';
import { ProgramFolder, textOf } from './program-folder.js';

const REGISTER = ['--import', 'otel-exec/register'];
const LOADER = ['--experimental-loader=@opentelemetry/instrumentation/hook.mjs', '--no-warnings'];

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
process.on('disconnect', () => connection.dispose());
`;

const jsonRpcCjs = `const rpc = require('vscode-jsonrpc/node');${JSON_RPC}`;
const jsonRpcEsm = (specifier: string) => `import rpc from '${specifier}';${JSON_RPC}`;

const MCP = `
const server = new Server({ name: 's', version: '1' }, { capabilities: { tools: {} } });
server.setRequestHandler(CallToolRequestSchema, async () => ({ content: [], isError: true }));
server.connect(new StdioServerTransport());
process.disconnect();
`;
const FROM = '@modelcontextprotocol/sdk';
const mcpEsm = `
import { Server } from '${FROM}/server/index.js';
import { StdioServerTransport } from '${FROM}/server/stdio.js';
import { CallToolRequestSchema } from '${FROM}/types.js';
${MCP}`;
const mcpCjs = `
const { Server } = require('${FROM}/server/index.js');
const { StdioServerTransport } = require('${FROM}/server/stdio.js');
const { CallToolRequestSchema } = require('${FROM}/types.js');
${MCP}`;

async function serveJsonRpc(folder: ProgramFolder, name: string, source: string, flags = REGISTER) {
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
  expect(await exited).to.deep.equal([0, null]);
  expect(await stdout).to.equal('');
  return (await lines.end()).map(({ fields }) => [
    fields['event.name'],
    fields.method,
    fields.request_id,
    fields.result,
  ]);
}

async function serveMcp(folder: ProgramFolder, name: string, source: string, flags = REGISTER) {
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

describe('the module hooks, in programs that were not changed', () => {
  const answered = [
    ['rpc.server.request', 'echo', '1', 'success'],
    ['rpc.server.request', '_OTHER', '2', 'disconnected'],
  ];

  it('see vscode-jsonrpc 6.0.0, required and imported; IPC closes with its channel', async () => {
    using folder = new ProgramFolder({ 'vscode-jsonrpc': 'vscode-jsonrpc-6' });
    const [required, imported] = await Promise.all([
      serveJsonRpc(folder, 'required.cjs', jsonRpcCjs),
      serveJsonRpc(folder, 'imported.mjs', jsonRpcEsm('vscode-jsonrpc/node.js')),
    ]);
    expect(required).to.deep.equal(answered);
    expect(imported).to.deep.equal(answered);
  });

  it('see vscode-jsonrpc 10.0.0, required, imported, and with the loader of OpenTelemetry', async () => {
    using folder = new ProgramFolder();
    const esm = jsonRpcEsm('vscode-jsonrpc/node');
    const [required, imported, loaded] = await Promise.all([
      serveJsonRpc(folder, 'required.cjs', jsonRpcCjs),
      serveJsonRpc(folder, 'imported.mjs', esm),
      serveJsonRpc(folder, 'loaded.mjs', esm, [...LOADER, ...REGISTER]),
    ]);
    expect(required).to.deep.equal(answered);
    expect(imported).to.deep.equal(answered);
    expect(loaded).to.deep.equal(answered);
  });

  const called = [['mcp.server.request', 'tools/call', 'error', 'tool_error']];

  it('see @modelcontextprotocol/sdk 1.0.0, which is ESM alone', async () => {
    using folder = new ProgramFolder({ '@modelcontextprotocol/sdk': 'mcp-sdk-1.0' });
    expect(await serveMcp(folder, 'imported.mjs', mcpEsm)).to.deep.equal(called);
  });

  it('see @modelcontextprotocol/sdk 1.32.2, required, imported, and with that loader', async () => {
    using folder = new ProgramFolder();
    const [required, imported, loaded] = await Promise.all([
      serveMcp(folder, 'required.cjs', mcpCjs),
      serveMcp(folder, 'imported.mjs', mcpEsm),
      serveMcp(folder, 'loaded.mjs', mcpEsm, [...LOADER, ...REGISTER]),
    ]);
    expect(required).to.deep.equal(called);
    expect(imported).to.deep.equal(called);
    expect(loaded).to.deep.equal(called);
  });
});
