import { languageOverStdio } from '../conversations.js';
import { newerNode } from '../newer-node.js';
import { folder, inModules, type ProgramCase } from '../program-case.js';

const start = { line: 0, character: 0 };
const everywhere = [
  { method: 'textDocument/documentSymbol' },
  { method: 'textDocument/hover', params: { position: start } },
  { method: 'textDocument/noSuchMethod' },
];
const everywhereExpected = [
  ['initialize', 'success'],
  ['textDocument/documentSymbol', 'success'],
  ['textDocument/hover', 'success'],
  ['_OTHER', 'error', '-32601'],
  ['shutdown', 'success'],
] as const;

const extracted = (language: string, text: string): ProgramCase => ({
  of: 'vscode-langservers-extracted',
  what: language,
  role: 'language server',
  transport: 'stdio',
  program: {
    path: inModules(`vscode-langservers-extracted/bin/vscode-${language}-language-server`),
    args: ['--stdio'],
    folder,
    converse: languageOverStdio({ languageId: language, text }, everywhere),
  },
  expected: { requests: everywhereExpected },
});

/** Servers that use `vscode-languageserver`, with `vscode-jsonrpc` 8 to 10. */
export const cases: readonly ProgramCase[] = [
  {
    of: 'bash-language-server',
    role: 'language server',
    transport: 'stdio',
    program: {
      path: inModules('bash-language-server/out/cli.js'),
      args: ['start'],
      environment: async () => ({ BASH_IDE_LOG_LEVEL: 'error' }),
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
    expected: {
      requests: [
        ['initialize', 'success'],
        ['textDocument/documentSymbol', 'success'],
        ['textDocument/documentHighlight', 'success'],
        ['textDocument/definition', 'success'],
        ['_OTHER', 'error', '-32601'],
        ['shutdown', 'success'],
      ],
      processes: ['spawn_failed'],
    },
  },
  {
    of: 'dockerfile-language-server-nodejs',
    role: 'language server',
    transport: 'stdio',
    program: {
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
    expected: {
      requests: [
        ['initialize', 'success'],
        ['textDocument/documentSymbol', 'success'],
        ['textDocument/hover', 'success'],
        ['textDocument/formatting', 'success'],
        ['_OTHER', 'error', '-32601'],
        ['shutdown', 'success'],
      ],
    },
  },
  extracted('css', 'a { colour: red }\n'),
  extracted('html', '<style>a { b: }</style>\n'),
  extracted('json', '{ "a": 1, }\n'),
  {
    of: 'yaml-language-server',
    role: 'language server',
    transport: 'stdio',
    program: {
      execPath: newerNode(),
      path: inModules('yaml-language-server/bin/yaml-language-server'),
      args: ['--stdio'],
      folder,
      converse: languageOverStdio({ languageId: 'yaml', text: 'a: [1\n' }, everywhere),
    },
    expected: {
      requests: everywhereExpected,
      calls: [['workspace/configuration', 'success']],
    },
  },
];
