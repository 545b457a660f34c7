import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const rpc = createRequire(import.meta.url)('vscode-jsonrpc/node');

await promisify(execFile)('sh', ['-c', ':']);

const [toServer, toClient] = [new PassThrough(), new PassThrough()];
const connect = (input: PassThrough, output: PassThrough) => {
  const reader = new rpc.StreamMessageReader(input);
  return rpc.createMessageConnection(reader, new rpc.StreamMessageWriter(output));
};
const language = connect(toServer, toClient);
language.onRequest('echo', (text: string) => text);
language.listen();
const editor = connect(toClient, toServer);
editor.listen();
process.stdout.write(`${await editor.sendRequest('echo', 'hello')}\n`);
editor.dispose();
language.dispose();

const [near, far] = InMemoryTransport.createLinkedPair();
const server = new Server({ name: 's', version: '1' }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [] }));
await server.connect(far);
const client = new Client({ name: 'c', version: '1' });
await client.connect(near);
process.stdout.write(`${(await client.listTools()).tools.length}\n`);
await client.close();
