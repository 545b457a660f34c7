import { languageOverStdio } from '../conversations.js';
import { newerNode } from '../newer-node.js';
import { folder, inModules, type ProgramCase } from '../program-case.js';

const start = { line: 0, character: 0 };
const questions = [
  { method: 'textDocument/documentSymbol' },
  { method: 'textDocument/hover', params: { position: start } },
  { method: 'textDocument/noSuchMethod' },
];
const requests = [
  ['initialize', 'success'],
  ['textDocument/documentSymbol', 'success'],
  ['textDocument/hover', 'success'],
  ['_OTHER', 'error', '-32601'],
  ['shutdown', 'success'],
] as const;

/** What pyright says of what took it two seconds. */
const SLOW = /Content-Length: \d+\r\n\r\n\{[^}]*"\[FG\] Long operation: [^}]*\}\}/g;

/** Servers that have `vscode-jsonrpc` inside of their own files. */
export const cases: readonly ProgramCase[] = [
  {
    of: 'pyright',
    role: 'language server',
    transport: 'stdio',
    bundled: true,
    program: {
      path: inModules('pyright/langserver.index.js'),
      args: ['--stdio'],
      environment: async () => ({ PATH: folder }),
      folder,
      converse: languageOverStdio(
        { languageId: 'python', text: 'import os\nx: int = "a"\n' },
        questions,
      ),
    },
    level: (output) => output.replace(SLOW, ''),
    expected: { requests, processes: Array(6).fill('spawn_failed') },
  },
  {
    of: 'typescript-language-server',
    role: 'language server',
    transport: 'stdio',
    bundled: true,
    program: {
      execPath: newerNode(),
      path: inModules('typescript-language-server/lib/cli.mjs'),
      args: ['--stdio'],
      folder,
      converse: languageOverStdio({ languageId: 'typescript', text: 'const a = 1;\n' }, questions),
    },
    expected: { requests, processes: ['unknown', 'unknown'] },
  },
];
