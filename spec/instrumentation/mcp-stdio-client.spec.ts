import * as clientModule from '@modelcontextprotocol/client';
import * as stdioModule from '@modelcontextprotocol/client/stdio';
import { expect } from 'chai';
import { McpInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';
import { ProgramFolder } from './program-folder.js';

const SERVER = `
  import { McpServer } from '@modelcontextprotocol/server';
  import { serveStdio } from '@modelcontextprotocol/server/stdio';
  serveStdio(() => {
    const server = new McpServer({ name: 's', version: '1' });
    server.registerTool('greet', {}, () => ({ content: [] }));
    return server;
  });
`;

/** A transport that has another one inside, as those have that log what they carry. */
class Carrying implements clientModule.Transport {
  onmessage?: clientModule.Transport['onmessage'];
  onclose?: clientModule.Transport['onclose'];
  readonly #inner: clientModule.Transport;

  constructor(inner: clientModule.Transport) {
    this.#inner = inner;
    inner.onmessage = (message) => this.onmessage?.(message);
    inner.onclose = () => this.onclose?.();
  }

  start = () => this.#inner.start();
  send = (message: clientModule.JSONRPCMessage) => this.#inner.send(message);
  close = () => this.#inner.close();
}

describe('a client of the second MCP SDK that starts its server', () => {
  for (const [title, wrap] of [
    ['asks a process of its own which revision it speaks', (inner) => inner],
    [
      'asks the server itself where its transport has another inside',
      (inner) => new Carrying(inner),
    ],
  ] satisfies [string, (inner: clientModule.Transport) => clientModule.Transport][]) {
    it(`${title}, in one call`, async () => {
      await using capture = new SignalCapture().register();
      using folder = new ProgramFolder();
      const instrumentation = new McpInstrumentation();
      instrumentation.instrumentModule(clientModule);
      instrumentation.instrumentModule(stdioModule);
      const args = [folder.write('server.mjs', SERVER)];
      const transport = new stdioModule.StdioClientTransport({ command: process.execPath, args });
      const info = { name: 'c', version: '1' };
      const client = new clientModule.Client(info, { versionNegotiation: { mode: 'auto' } });
      await client.connect(wrap(transport));
      await client.callTool({ name: 'greet' });
      await client.close();
      const { spans } = await capture.signals();
      instrumentation.disable();
      expect(spans.map(({ kind, name }) => [kind, name])).to.deep.equal([
        ['CLIENT', 'server/discover'],
        ['CLIENT', 'tools/call greet'],
      ]);
    });
  }
});
