import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { type CollectedSpan, Collector } from './collector.js';
import { ended, startProgram } from './program.js';

const CHILD = `
  import { execFileSync } from 'node:child_process';
  execFileSync('sh', ['-c', ':']);
`;

/** A module, or the same as CommonJS, which every one of these packages also has. */
type Format = 'module' | 'commonjs';

function sourceIn(format: Format, source: string): string {
  if (format === 'module') return source;
  return source.replace(/^ *import (.*) from (.*);$/gm, 'const $1 = require($2);');
}

function argsFor(format: Format, source: string): string[] {
  const flags = ['--import', 'otel-exec/register', `--input-type=${format}`];
  return [...flags, '--eval', sourceIn(format, source)];
}

const RUN = `
  async function run() {
    await once(spawn(process.execPath, ${JSON.stringify(argsFor('module', CHILD))}, { stdio: 'ignore' }), 'exit');
    return { content: [] };
  }
`;
const IMPORTS = `
  import { spawn } from 'node:child_process';
  import { once } from 'node:events';
  import { createServer } from 'node:http';
  ${RUN}
`;
const LISTEN = `
  const http = createServer(listener).listen(0, '127.0.0.1', () => console.log(http.address().port));
  process.stdin.resume().once('end', () => {
    http.closeAllConnections();
    http.close();
  });
`;
const FIRST = `
  ${IMPORTS}
  import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
  import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
  import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
  function newServer() {
    const server = new McpServer({ name: 's', version: '1' });
    server.registerTool('run', {}, run);
    return server;
  }
`;
const SECOND = `
  ${IMPORTS}
  import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
  import { serveStdio } from '@modelcontextprotocol/server/stdio';
  import { toNodeHandler } from '@modelcontextprotocol/node';
  function newServer() {
    const server = new McpServer({ name: 's', version: '1' });
    server.registerTool('run', {}, run);
    return server;
  }
`;
const SERVERS = {
  'the first SDK over stdio': `${FIRST} newServer().connect(new StdioServerTransport());`,
  'the first SDK over HTTP': `${FIRST}
    const listener = async (request, response) => {
      const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
      await newServer().connect(transport);
      await transport.handleRequest(request, response);
    };
    ${LISTEN}`,
  'the second SDK over stdio': `${SECOND} serveStdio(newServer);`,
  'the second SDK over HTTP': `${SECOND}
    const listener = toNodeHandler(createMcpHandler(newServer));
    ${LISTEN}`,
};

/** Connects to the server that its variables say, calls its tool inside a span of its own, and ends. */
const AGENT = `
  import { trace } from '@opentelemetry/api';
  import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
  import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
  const { SERVER_URL, SERVER_ARGS, MODE } = process.env;
  const client = new Client({ name: 'c', version: '1' }, { versionNegotiation: { mode: MODE } });
  trace.getTracer('agent').startActiveSpan('turn', async (turn) => {
    await client.connect(SERVER_URL
      ? new StreamableHTTPClientTransport(new URL(SERVER_URL))
      : new StdioClientTransport({ command: process.execPath, args: JSON.parse(SERVER_ARGS), env: process.env }));
    await client.callTool({ name: 'run' });
    await client.close();
    turn.end();
  });
`;

/** Runs an agent with a server, and gives the spans of all programs. */
async function converse(
  server: keyof typeof SERVERS,
  mode: 'auto' | 'legacy',
  format: Format,
): Promise<readonly CollectedSpan[]> {
  await using collector = new Collector();
  const env = { ...(await collector.listen()), MODE: mode };
  const start = (source: string, more = {}) =>
    startProgram(sourceIn(format, source), { format, env: { ...env, ...more } });
  const serving = server.endsWith('HTTP') ? start(SERVERS[server]) : undefined;
  const { code, stderr } = await ended(
    start(
      AGENT,
      serving === undefined
        ? { SERVER_ARGS: JSON.stringify(argsFor(format, SERVERS[server])) }
        : { SERVER_URL: `http://127.0.0.1:${await firstLine(serving)}/` },
    ),
  );
  expect([code, stderr]).to.deep.equal([0, '']);
  serving?.stdin?.end();
  if (serving?.exitCode === null) await once(serving, 'exit');
  return collector.spans;
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  const lines = createInterface({ input: stdout as NodeJS.ReadableStream });
  const [line] = await once(lines, 'line');
  return line;
}

/** The names and kinds from a span up to the root. */
function ancestry(spans: readonly CollectedSpan[], from: CollectedSpan | undefined): string[] {
  const names: string[] = [];
  for (let at = from; at !== undefined; ) {
    names.push(at.name);
    const { parentSpanId } = at;
    at = spans.find(({ spanId }) => spanId === parentSpanId);
  }
  return names;
}

const CLIENT = 3;
const SERVER = 2;

interface Case {
  readonly server: keyof typeof SERVERS;
  readonly mode: 'auto' | 'legacy';
  readonly format: Format;
  /** What else is told, beside the call of the tool and what is below it. */
  readonly beside: readonly (readonly [name: string, kind: number])[];
}

const CASES: readonly Case[] = [
  {
    server: 'the first SDK over stdio',
    mode: 'legacy',
    format: 'commonjs',
    beside: [
      ['initialize', CLIENT],
      ['initialize', SERVER],
      ['node', CLIENT],
    ],
  },
  {
    server: 'the first SDK over HTTP',
    mode: 'legacy',
    format: 'module',
    beside: [
      ['initialize', CLIENT],
      ['initialize', SERVER],
    ],
  },
  {
    server: 'the second SDK over stdio',
    mode: 'legacy',
    format: 'module',
    beside: [
      ['initialize', CLIENT],
      ['initialize', SERVER],
      ['node', CLIENT],
    ],
  },
  {
    server: 'the second SDK over HTTP',
    mode: 'auto',
    format: 'commonjs',
    beside: [
      ['server/discover', CLIENT],
      ['server/discover', SERVER],
    ],
  },
];

describe('an agent, its MCP server, and the process that a tool starts, without a line of code', () => {
  const conversations = new Map<Case, Promise<readonly CollectedSpan[]>>();

  before(() => {
    for (const one of CASES) {
      const conversation = converse(one.server, one.mode, one.format);
      conversation.catch(() => {});
      conversations.set(one, conversation);
    }
  });

  for (const one of CASES) {
    it(`have one trace where the server is of ${one.server}, as ${one.format}`, async () => {
      const spans = (await conversations.get(one)) ?? [];
      expect(new Set(spans.map(({ traceId }) => traceId)).size).to.equal(1);
      const inner = spans.find(({ name }) => name === 'sh');
      const path = ['sh', 'node', 'tools/call run', 'tools/call run', 'turn'];
      expect(ancestry(spans, inner)).to.deep.equal(path);
      const kinds = [CLIENT, CLIENT, SERVER, CLIENT, 1];
      const told = spans.filter(({ name }) => !name.startsWith('notifications/'));
      expect(told.map(({ name, kind }) => [name, kind])).to.have.deep.members([
        ...path.map((name, index) => [name, kinds[index]]),
        ...one.beside,
      ]);
    }).timeout(120_000);
  }
});
