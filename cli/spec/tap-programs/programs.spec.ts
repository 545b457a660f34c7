import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { install } from './install.js';
import { askLanguage } from './language.js';
import { askModelContext } from './model-context.js';
import { eventsOf, type Heard, ownLinesOf } from './server.js';

const programs = install();
const EXIT = ['process.exit', undefined, 'success', undefined];
const LIST = { method: 'tools/list' };
const call = (name: string, args: object) => ({
  method: 'tools/call',
  params: { name, arguments: args },
});

async function compare(converse: (tapped: boolean) => Promise<Heard>): Promise<unknown[]> {
  const alone = await converse(false);
  const tapped = await converse(true);
  expect(tapped.answers).to.deep.equal(alone.answers);
  expect(ownLinesOf(tapped)).to.deep.equal(ownLinesOf(alone));
  return eventsOf(tapped);
}

describe('behind otel-exec tap, an MCP server of others answers the same, and is told of:', () => {
  const server = (method: string, error?: string) =>
    ['mcp.server.request', method, error === undefined ? 'success' : 'error', error] as const;
  const client = (method: string) => ['mcp.client.request', method, 'success', undefined];
  const begin = [server('initialize'), server('notifications/initialized')];
  const tools = [server('tools/list'), server('tools/call'), server('tools/call', 'tool_error')];

  it('server-everything, in JavaScript', async () => {
    const questions = [
      LIST,
      call('echo', { message: 'é' }),
      call('no-such', {}),
      { method: 'prompts/list' },
      { method: 'no/such' },
    ];
    const events = await compare((tapped) =>
      askModelContext([programs.node('mcp-server-everything')], tapped, questions, true),
    );
    expect(events).to.have.deep.members([
      ...begin,
      client('notifications/tools/list_changed'),
      client('notifications/tools/list_changed'),
      client('roots/list'),
      client('notifications/message'),
      ...tools,
      server('prompts/list'),
      server('no/such', '-32601'),
      EXIT,
    ]);
  });

  it('server-filesystem, in JavaScript', async () => {
    const folder = new URL('.', import.meta.url).pathname;
    const questions = [
      LIST,
      call('list_directory', { path: folder }),
      call('read_text_file', { path: '/nowhere' }),
    ];
    const command = [programs.node('mcp-server-filesystem'), folder] as const;
    const events = await compare((tapped) => askModelContext(command, tapped, questions, true));
    expect(events).to.have.deep.members([...begin, client('roots/list'), ...tools, EXIT]);
  });

  it('mcp-server-time, in Python', async () => {
    const [source_timezone, target_timezone] = ['UTC', 'Asia/Tokyo'];
    const questions = [
      LIST,
      call('convert_time', { source_timezone, time: '12:00', target_timezone }),
      call('get_current_time', { timezone: 'Nowhere/Never' }),
    ];
    const events = await compare((tapped) =>
      askModelContext([programs.python('mcp-server-time')], tapped, questions, false),
    );
    expect(events).to.have.deep.members([...begin, ...tools, EXIT]);
  });
});

describe('behind otel-exec tap, a language server of others answers the same, and is told of:', () => {
  const server = (method: string) => ['rpc.server.request', method, 'success', undefined];
  const around = [server('initialize'), server('shutdown'), EXIT];

  it('bash-language-server, in JavaScript', async () => {
    const document = { languageId: 'shellscript', text: 'greet() { echo "hé"; }\ngreet\n' };
    const questions = [
      { method: 'textDocument/documentSymbol' },
      { method: 'textDocument/definition', params: { position: { line: 1, character: 1 } } },
    ];
    const events = await compare((tapped) =>
      askLanguage([programs.node('bash-language-server'), 'start'], tapped, document, questions),
    );
    expect(events).to.have.deep.members([
      ...around,
      server('textDocument/documentSymbol'),
      server('textDocument/definition'),
    ]);
  });

  it('python-lsp-server, in Python', async () => {
    const document = { languageId: 'python', text: 'def greet():\n    return "hé"\n\n\ngreet()\n' };
    const questions = [
      { method: 'textDocument/documentSymbol' },
      { method: 'textDocument/hover', params: { position: { line: 4, character: 1 } } },
    ];
    const events = await compare((tapped) =>
      askLanguage([programs.python('pylsp')], tapped, document, questions),
    );
    expect(events).to.have.deep.members([
      ...around,
      server('textDocument/documentSymbol'),
      server('textDocument/hover'),
    ]);
  });

  it('gopls, in Go', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otel-exec-go-'));
    writeFileSync(join(folder, 'go.mod'), 'module example.test/greet\n\ngo 1.24\n');
    const document = {
      folder: pathToFileURL(folder).href,
      languageId: 'go',
      text: 'package main\n\nfunc main() {\n\tprintln("hé")\n}\n',
    };
    const questions = [
      { method: 'textDocument/documentSymbol' },
      { method: 'textDocument/foldingRange' },
    ];
    const events = await compare((tapped) =>
      askLanguage([programs.gopls], tapped, document, questions),
    );
    rmSync(folder, { recursive: true });
    expect(events).to.have.deep.members([
      ...around,
      server('textDocument/documentSymbol'),
      server('textDocument/foldingRange'),
    ]);
  });
});
