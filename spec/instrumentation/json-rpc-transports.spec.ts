import { once } from 'node:events';
import { expect } from 'chai';
import { LineCapture } from 'otel-exec/testing';
import { PRELOAD } from './hooked-programs.js';
import { ProgramFolder, textOf } from './program-folder.js';

/** How a client starts its server, and how each of them makes its connection, for each transport. */
const TRANSPORTS = {
  stdio: {
    start: `const child = spawn(process.execPath, [...process.execArgv, server], { stdio: ['pipe', 'pipe', 'inherit'] });
      return [new rpc.StreamMessageReader(child.stdout), new rpc.StreamMessageWriter(child.stdin), child];`,
    serve: `return [new rpc.StreamMessageReader(process.stdin), new rpc.StreamMessageWriter(process.stdout)];`,
  },
  ipc: {
    start: `const child = fork(server);
      return [new rpc.IPCMessageReader(child), new rpc.IPCMessageWriter(child), child];`,
    serve: `return [new rpc.IPCMessageReader(process), new rpc.IPCMessageWriter(process)];`,
  },
  socket: {
    start: `const listening = createServer().listen(0, '127.0.0.1');
      await once(listening, 'listening');
      const child = spawn(process.execPath, [...process.execArgv, server, String(listening.address().port)], { stdio: 'inherit' });
      const [socket] = await once(listening, 'connection');
      listening.close();
      return [new rpc.SocketMessageReader(socket), new rpc.SocketMessageWriter(socket), child];`,
    serve: `return rpc.createServerSocketTransport(Number(process.argv[2]));`,
  },
} as const;

const client = (start: string) => `
const rpc = require('vscode-jsonrpc/node');
const { fork, spawn } = require('node:child_process');
const { once } = require('node:events');
const { createServer } = require('node:net');
const { join } = require('node:path');
const server = join(__dirname, 'server.cjs');
async function start() { ${start} }
(async () => {
  const [reader, writer, child] = await start();
  const connection = rpc.createMessageConnection(reader, writer);
  connection.onRequest('workspace/configuration', () => [process.pid]);
  connection.listen();
  await connection.sendRequest('hover', {});
  await connection.sendRequest('no/such', {}).catch(() => {});
  const source = new rpc.CancellationTokenSource();
  const held = connection.sendRequest('hold', {}, source.token).catch(() => {});
  source.cancel();
  await held;
  const closed = new Promise((resolve) => connection.onClose(resolve));
  connection.sendRequest('leave').catch(() => {});
  await Promise.all([closed, once(child, 'exit')]);
  process.disconnect?.();
})();`;

const server = (serve: string) => `
const rpc = require('vscode-jsonrpc/node');
const [reader, writer] = (() => { ${serve} })();
const connection = rpc.createMessageConnection(reader, writer);
connection.onRequest('hover', () => connection.sendRequest('workspace/configuration', {}));
connection.onRequest('hold', (_, token) => new Promise((resolve, reject) => {
  const cancel = () => reject(new rpc.ResponseError(-32800, 'cancelled'));
  if (token.isCancellationRequested) cancel();
  else token.onCancellationRequested(cancel);
}));
connection.onRequest('leave', () => process.exit(0));
connection.listen();`;

/** Runs a client and the server that it starts; gives what each line of the two says. */
async function converse(folder: ProgramFolder, transport: keyof typeof TRANSPORTS) {
  const { start, serve } = TRANSPORTS[transport];
  folder.write('server.cjs', server(serve));
  const child = folder.start('client.cjs', client(start), PRELOAD);
  const lines = new LineCapture(child.stderr);
  const [stdout, exit] = await Promise.all([textOf(child.stdout), once(child, 'exit')]);
  expect(exit).to.deep.equal([0, null]);
  expect(stdout).to.equal('');
  return (await lines.end()).map(({ fields }) => [
    fields['event.name'],
    fields.method,
    fields.result,
  ]);
}

const BOTH = [
  ['hover', 'success'],
  ['workspace/configuration', 'success'],
  ['_OTHER', 'error'],
  ['_OTHER', 'cancelled'],
  ['_OTHER', 'disconnected'],
];

for (const [version, alias] of [
  ['6.0.0', 'vscode-jsonrpc-6'],
  ['10.0.0', 'vscode-jsonrpc'],
] as const) {
  describe(`a language client and its server on vscode-jsonrpc ${version}, neither of them changed`, () => {
    for (const transport of ['stdio', 'ipc', 'socket'] as const) {
      it(`are seen from both ends over ${transport}`, async () => {
        using folder = new ProgramFolder({ 'vscode-jsonrpc': alias });
        expect(await converse(folder, transport)).to.have.deep.members(
          ['rpc.client.request', 'rpc.server.request'].flatMap((name) =>
            BOTH.map((ending) => [name, ...ending]),
          ),
        );
      });
    }

    it('end as they would where a request can not be written', async () => {
      using folder = new ProgramFolder({ 'vscode-jsonrpc': alias });
      const source = `
        const rpc = require('vscode-jsonrpc/node');
        const connection = rpc.createMessageConnection(
          new rpc.StreamMessageReader(process.stdin), new rpc.StreamMessageWriter(process.stdout));
        connection.listen();
        process.disconnect();
        process.on('unhandledRejection', (error) => console.log('unhandled', error.message));
        connection.sendRequest('echo', 1n).catch((error) => console.log('rejected', error.code));
        setImmediate(() => process.stdin.destroy());`;
      const outputs = [];
      for (const flags of [[], PRELOAD]) {
        const child = folder.start('unwritable.cjs', source, flags);
        const lines = new LineCapture(child.stderr);
        const [stdout, exit] = await Promise.all([textOf(child.stdout), once(child, 'exit')]);
        outputs.push([exit, stdout]);
        const [line] = await lines.end();
        if (flags === PRELOAD) {
          expect(line?.fields).to.include({ result: 'error', 'error.type': 'TypeError' });
        }
      }
      expect(outputs[0]).to.deep.equal(outputs[1]);
      expect(outputs[0]?.[1]).to.match(/unhandled|rejected/);
    });
  });
}
