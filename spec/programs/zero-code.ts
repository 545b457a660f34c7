import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { installPrograms } from './cache.js';
import {
  freePort,
  languageOverStdio,
  mcpOverHttp,
  mcpOverStdio,
  type Question,
} from './conversations.js';
import { type Program, type Run, run } from './run.js';

const folder = installPrograms();

function inModules(path: string): string {
  return join(folder, 'node_modules', path);
}

const everything: readonly Question[] = [
  { method: 'ping' },
  { method: 'tools/list' },
  { method: 'tools/call', params: { name: 'echo', arguments: { message: 'hello' } } },
  { method: 'tools/call', params: { name: 'get-sum', arguments: { a: 1, b: 2 } } },
  { method: 'tools/call', params: { name: 'get-sum', arguments: { a: 'one' } } },
  { method: 'tools/call', params: { name: 'no-such-tool', arguments: {} } },
  {
    method: 'tools/call',
    params: { name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 2 } },
  },
  { method: 'prompts/list' },
  { method: 'prompts/get', params: { name: 'simple-prompt' } },
  { method: 'resources/templates/list' },
  { method: 'no/such/method' },
];

const everythingEvents = [
  ['initialize', 'success', undefined],
  ['ping', 'success', undefined],
  ['tools/list', 'success', undefined],
  ['tools/call', 'success', undefined],
  ['tools/call', 'success', undefined],
  ['tools/call', 'error', 'tool_error'],
  ['tools/call', 'error', 'tool_error'],
  ['tools/call', 'success', undefined],
  ['prompts/list', 'success', undefined],
  ['prompts/get', 'success', undefined],
  ['resources/templates/list', 'success', undefined],
  ['_OTHER', 'error', '-32601'],
];

const start = { line: 0, character: 0 };

interface Expected {
  readonly program: Program;
  /** Method, result and error type of each request, in order. */
  readonly events: readonly unknown[][];
  /** The result of each process that it starts. */
  readonly processes?: readonly string[];
}

const programs: readonly Expected[] = [
  {
    program: {
      name: '@modelcontextprotocol/server-everything over stdio',
      path: inModules('@modelcontextprotocol/server-everything/dist/index.js'),
      args: ['stdio'],
      folder,
      converse: mcpOverStdio(everything),
    },
    events: everythingEvents,
  },
  {
    program: {
      name: '@modelcontextprotocol/server-everything over streamable HTTP',
      path: inModules('@modelcontextprotocol/server-everything/dist/index.js'),
      args: ['streamableHttp'],
      environment: freePort,
      level: levelHttp,
      folder,
      converse: mcpOverHttp(everything),
    },
    events: everythingEvents,
  },
  {
    program: {
      name: '@modelcontextprotocol/server-filesystem over stdio',
      path: inModules('@modelcontextprotocol/server-filesystem/dist/index.js'),
      args: [folder],
      folder,
      converse: mcpOverStdio([
        { method: 'tools/list' },
        {
          method: 'tools/call',
          params: { name: 'read_text_file', arguments: { path: join(folder, 'package.json') } },
        },
        {
          method: 'tools/call',
          params: { name: 'read_text_file', arguments: { path: '/etc/passwd' } },
        },
        { method: 'tools/call', params: { name: 'list_allowed_directories', arguments: {} } },
      ]),
    },
    events: [
      ['initialize', 'success', undefined],
      ['tools/list', 'success', undefined],
      ['tools/call', 'success', undefined],
      ['tools/call', 'error', 'tool_error'],
      ['tools/call', 'success', undefined],
    ],
  },
  {
    program: {
      name: 'a server of mcp-framework, whose transport has callbacks that can only be written,',
      path: writeFrameworkServer(),
      args: [],
      level: (output) => output.replace(/^\[[^\]]*Z\]/, ''),
      folder,
      converse: mcpOverStdio([
        { method: 'tools/list' },
        { method: 'tools/call', params: { name: 'greet', arguments: {} } },
      ]),
    },
    events: [
      ['initialize', 'success', undefined],
      ['tools/list', 'success', undefined],
      ['tools/call', 'success', undefined],
    ],
  },
  {
    program: {
      name: 'bash-language-server over stdio',
      path: inModules('bash-language-server/out/cli.js'),
      args: ['start'],
      environment: withoutClockTimes,
      folder,
      converse: languageOverStdio(
        { languageId: 'shellscript', text: 'greet() {\n  echo hello\n}\ngreet\n' },
        [
          { method: 'textDocument/documentSymbol' },
          { method: 'textDocument/documentHighlight', params: { position: start } },
          { method: 'textDocument/definition', params: { position: { line: 3, character: 1 } } },
          { method: 'textDocument/noSuchMethod' },
        ],
      ),
    },
    events: [
      ['initialize', 'success', undefined],
      ['textDocument/documentSymbol', 'success', undefined],
      ['textDocument/documentHighlight', 'success', undefined],
      ['textDocument/definition', 'success', undefined],
      ['_OTHER', 'error', '-32601'],
      ['shutdown', 'success', undefined],
    ],
    processes: ['spawn_failed'],
  },
  {
    program: {
      name: 'dockerfile-language-server-nodejs over stdio',
      path: inModules('dockerfile-language-server-nodejs/bin/docker-langserver'),
      args: ['--stdio'],
      folder,
      converse: languageOverStdio({ languageId: 'dockerfile', text: 'FROM node\nRUNS echo\n' }, [
        { method: 'textDocument/documentSymbol' },
        { method: 'textDocument/hover', params: { position: start } },
        {
          method: 'textDocument/formatting',
          params: { options: { tabSize: 2, insertSpaces: true } },
        },
        { method: 'textDocument/noSuchMethod' },
      ]),
    },
    events: [
      ['initialize', 'success', undefined],
      ['textDocument/documentSymbol', 'success', undefined],
      ['textDocument/hover', 'success', undefined],
      ['textDocument/formatting', 'success', undefined],
      ['_OTHER', 'error', '-32601'],
      ['shutdown', 'success', undefined],
    ],
  },
];

function requestsOf({ events }: Run) {
  return events
    .filter(({ fields }) => /^(mcp|rpc)\.server\.request$/.test(String(fields['event.name'])))
    .filter(({ fields }) => fields.request_id !== undefined)
    .map(({ fields }) => [fields.method, fields.result, fields['error.type']]);
}

function processesOf({ events }: Run) {
  return events
    .filter(({ fields }) => fields['event.name'] === 'child_process.exit')
    .map(({ fields }) => fields.result);
}

describe('zero code: a program from the npm registry with otel-exec/register', () => {
  for (const { program, events, processes = [] } of programs) {
    it(`${program.name} behaves as without it, byte for byte on stdout, and is observed`, async () => {
      const { level = (output) => output } = program;
      const plain = await run(program, false);
      const observed = await run(program, true);
      expect(plain.events).to.deep.equal([]);
      expect(level(observed.stdout)).to.equal(level(plain.stdout));
      expect(observed.stderr.map(level)).to.deep.equal(plain.stderr.map(level));
      expect(observed.exit).to.deep.equal(plain.exit);
      expect(observed.heard).to.deep.equal(plain.heard);
      expect(requestsOf(observed)).to.deep.equal(events);
      expect(processesOf(observed)).to.deep.equal(processes);
    });
  }
});

/**
 * Over HTTP, the session's id, the port, and where among the others the line of the concurrent GET stands
 * differ from run to run.
 */
function levelHttp(output: string): string {
  const lines = output
    .replace(/port \d+/g, 'port')
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'id');
  return lines.split('\n').sort().join('\n');
}

/** The framework is a library: somebody has to write the program. */
function writeFrameworkServer(): string {
  const path = join(folder, 'framework-server.mjs');
  writeFileSync(
    path,
    `import { MCPServer, MCPTool } from 'mcp-framework';
    class Greet extends MCPTool {
      name = 'greet';
      description = 'Greets';
      schema = {};
      execute = async () => 'hello';
    }
    const server = new MCPServer({ name: 's', version: '1.0.0' });
    server.addTool(Greet);
    await server.start();`,
  );
  return path;
}

/** It sends warnings with the time of day to its client. */
async function withoutClockTimes(): Promise<Record<string, string>> {
  return { BASH_IDE_LOG_LEVEL: 'error' };
}
