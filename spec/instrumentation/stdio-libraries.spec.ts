import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import type { Outcome } from './stdio-programs.js';
import {
  asLines,
  call,
  ended,
  expectSame,
  linesOf,
  PRELOAD,
  requestsOf,
  StdioProgram,
  startersOf,
  withHeaders,
} from './stdio-programs.js';

const MCP = `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { execFile } from 'node:child_process';
const server = new McpServer({ name: 'bundled', version: '1' });
for (const name of ['true', 'env', 'echo']) {
  server.registerTool(name, { description: name }, () => new Promise((resolve) => {
    execFile(name, () => resolve({ content: [], isError: name === 'echo' }));
  }));
}
server.registerPrompt('hello', {}, () => ({ messages: [] }));
server.connect(new StdioServerTransport());
`;

const initializeMcp = call(0, 'initialize', {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'spec', version: '1' },
});
const mcpInput = [
  initializeMcp,
  { jsonrpc: '2.0', method: 'notifications/initialized' },
  call(1, 'tools/call', { name: 'true' }),
  call(2, 'tools/call', { name: 'env' }),
  call(3, 'tools/call', { name: 'echo' }),
  call(4, 'prompts/get', { name: 'hello' }),
  call(5, 'tools/list'),
  call(6, 'no/such'),
];
const mcpEvents = [
  ['mcp.server.request', '0', 'initialize', 'success', undefined],
  ['mcp.server.request', '1', 'tools/call', 'success', undefined],
  ['mcp.server.request', '2', 'tools/call', 'success', undefined],
  ['mcp.server.request', '3', 'tools/call', 'error', 'tool_error'],
  ['mcp.server.request', '4', 'prompts/get', 'success', undefined],
  ['mcp.server.request', '5', 'tools/list', 'success', undefined],
  ['mcp.server.request', '6', '_OTHER', 'error', '-32601'],
  ['mcp.server.request', undefined, 'notifications/initialized', 'success', undefined],
];

const LSP = `
import { execFile } from 'node:child_process';
import { createConnection } from 'vscode-languageserver/node';
const connection = createConnection(process.stdin, process.stdout);
connection.onInitialize(() => ({ capabilities: { hoverProvider: true } }));
connection.onHover(({ position }) => new Promise((resolve) => {
  const name = ['true', 'env', 'echo'][position.line];
  execFile(name, () => resolve({ contents: name }));
}));
connection.listen();
`;

const initializeLsp = call(0, 'initialize', { processId: null, rootUri: null, capabilities: {} });
const hover = (id: number, line: number) =>
  call(id, 'textDocument/hover', {
    textDocument: { uri: 'file:///a' },
    position: { line, character: 0 },
  });
const lspInput = [
  initializeLsp,
  hover(1, 0),
  hover(2, 1),
  call(3, 'shutdown'),
  { jsonrpc: '2.0', method: 'exit' },
];

/** Says one message after the other, each when the one before has been answered. */
async function runInTurn(
  program: StdioProgram,
  encode: (message: unknown) => string,
  input: readonly object[],
  flags: readonly string[],
): Promise<Outcome> {
  const child = program.start(flags);
  const outcome = ended(child);
  for (const message of input) {
    child.stdin.write(encode(message));
    if ('id' in message) await answerTo(child, message.id);
  }
  child.stdin.end();
  return outcome;
}

/** Waits until all of the answer to a request has been written. */
async function answerTo(child: ChildProcess, id: unknown): Promise<void> {
  const { stdout } = child as { stdout: NodeJS.ReadableStream };
  let text = '';
  const take = (chunk: Buffer) => {
    text += chunk;
  };
  stdout.on('data', take);
  const isAnswered = () =>
    text.includes(`"id":${id}`) && [...text.matchAll(/\}\n?(?=Content-Length|$)/g)].length > 0;
  while (!isAnswered()) await once(stdout, 'data');
  stdout.removeListener('data', take);
}

async function runBothInTurn(
  program: StdioProgram,
  encode: (message: unknown) => string,
  input: readonly object[],
): Promise<Outcome> {
  const [bare, observed] = await Promise.all([
    runInTurn(program, encode, input, []),
    runInTurn(program, encode, input, PRELOAD),
  ]);
  expectSame(observed, bare);
  return observed;
}

function byId(events: unknown[][]): unknown[][] {
  return events.toSorted((a, b) => String(a[1]).localeCompare(String(b[1])));
}

describe('a server in a bundle, which no module hook sees', () => {
  it('is observed as an MCP server, and not changed; each tool has its own context', async () => {
    using program = StdioProgram.bundled(MCP);
    const inTurn = await runBothInTurn(program, asLines, mcpInput);
    expect(byId(requestsOf(linesOf(inTurn)))).to.deep.equal(mcpEvents);
    const atOnce = linesOf(await program.run(asLines(...mcpInput)));
    expect(byId(requestsOf(atOnce))).to.deep.equal(mcpEvents);
    expect(startersOf(atOnce)).to.deep.equal({ true: '1', env: '2', echo: '3' });
  });

  it('is observed as a language server, and not changed; a request that comes alone has its own context', async () => {
    using program = StdioProgram.bundled(LSP);
    const inTurn = await runBothInTurn(program, withHeaders, lspInput);
    const event = 'rpc.server.request';
    expect(requestsOf(linesOf(inTurn))).to.deep.equal([
      [event, '0', 'initialize', 'success', undefined],
      [event, '1', 'textDocument/hover', 'success', undefined],
      [event, '2', 'textDocument/hover', 'success', undefined],
      [event, '3', 'shutdown', 'success', undefined],
    ]);
    expect(startersOf(linesOf(inTurn))).to.deep.equal({ true: '1', env: '2' });
  });

  it('gives no handler of a language server the context of the request before it', async () => {
    using program = StdioProgram.bundled(LSP);
    const child = program.start(PRELOAD);
    const outcome = ended(child);
    child.stdin.write(withHeaders(initializeLsp));
    await answerTo(child, 0);
    child.stdin.write(withHeaders(hover(1, 0), hover(2, 1), hover(3, 2)));
    await Promise.all([1, 2, 3].map((id) => answerTo(child, id)));
    child.stdin.end();
    const lines = linesOf(await outcome);
    expect(requestsOf(lines)).to.have.length(4);
    expect(startersOf(lines)).to.deep.equal({ true: null, env: null, echo: null });
  });
});

describe('a server whose requests somebody else observes', () => {
  it('is observed once where its MCP library is seen', async () => {
    using program = new StdioProgram('server.mjs', MCP);
    const observed = await program.run(asLines(...mcpInput));
    expect(byId(requestsOf(linesOf(observed)))).to.deep.equal(mcpEvents);
  });

  it('is observed once where its MCP library is loaded when the program has touched stdin', async () => {
    using program = new StdioProgram(
      'server.mjs',
      `process.stdin.on('end', () => {});
      await import('./late.mjs');`,
    );
    program.write('late.mjs', MCP);
    const observed = await program.run(asLines(...mcpInput));
    expect(byId(requestsOf(linesOf(observed)))).to.deep.equal(mcpEvents);
  });

  it('is observed once where vscode-jsonrpc is seen', async () => {
    using program = new StdioProgram('server.cjs', toCommonJs(LSP));
    const observed = await runBothInTurn(program, withHeaders, lspInput);
    expect(requestsOf(linesOf(observed)).map(([, id]) => id)).to.have.members(['0', '1', '2', '3']);
    expect(startersOf(linesOf(observed))).to.deep.equal({ true: '1', env: '2' });
  });

  it('is observed once where it has a connection of its own over stdio', async () => {
    using program = new StdioProgram(
      'server.mjs',
      `import { createInterface } from 'node:readline';
      import { ExecTelemetry } from 'otel-exec';
      const telemetry = new ExecTelemetry();
      const connection = telemetry.connection({ transport: 'stdio' });
      createInterface({ input: process.stdin }).on('line', async (line) => {
        const message = JSON.parse(line);
        await telemetry.serve(message, () => {}, { connection });
        console.log(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: [] }));
      });`,
    );
    const observed = await program.run(asLines(call(1, 'a'), call(2, 'b')));
    expect(requestsOf(linesOf(observed)).map(([event, id]) => [event, id])).to.deep.equal([
      ['codex.exec_server_request', '1'],
      ['codex.exec_server_request', '2'],
    ]);
  });
});

function toCommonJs(source: string): string {
  return source.replace(/import (\{.*\}) from ('.*');/g, 'const $1 = require($2);');
}
