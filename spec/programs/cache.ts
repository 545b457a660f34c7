import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Programs from the npm registry that nobody here wrote, at exact versions. */
export const PROGRAMS = {
  '@ai-sdk/mcp': '2.0.99',
  '@modelcontextprotocol/inspector': '2.12.0',
  '@modelcontextprotocol/server-everything': '2026.8.31',
  '@modelcontextprotocol/server-filesystem': '2026.8.31',
  '@modelcontextprotocol/server-memory': '2026.8.31',
  '@notionhq/notion-mcp-server': '2.5.2',
  '@playwright/mcp': '0.0.83',
  '@upstash/context7-mcp': '4.1.1',
  'bash-language-server': '5.8.1',
  'chrome-devtools-mcp': '1.11.0',
  'dockerfile-language-server-nodejs': '0.15.0',
  fastmcp: '4.20.16',
  'mcp-framework': '0.2.22',
  'mcp-use': '2.5.2',
  mcporter: '0.12.3',
  pyright: '1.1.414',
  tmcp: '1.20.0',
  'typescript-language-server': '6.0.2',
  'vscode-langservers-extracted': '4.10.0',
  'yaml-language-server': '2.0.0',
} as const;

/** What those need beside them. */
const BESIDE = { '@tmcp/transport-stdio': '0.5.0', typescript: '5.9.3' } as const;

/** Other runtimes that have `node:child_process`, as packages that bring the executable. */
export const RUNTIMES = { bun: '1.4.5', deno: '2.9.6' } as const;

/**
 * Installs packages, once, outside of this repository, and tells how far it is.
 * @returns the folder that has them in its `node_modules`
 * @throws Error where npm fails
 */
export function installPrograms(
  packages: Readonly<Record<string, string>> = { ...PROGRAMS, ...BESIDE },
): string {
  const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  return installOnce('programs', wanted, (folder) => {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    return [['npm', 'install', ...flags, ...wanted]];
  });
}

/**
 * Runs what installs something, once, in a folder outside of this repository, and tells how far it is.
 * @param kind how the folder's name begins
 * @param wanted what it is told by, with exact versions
 * @param commands what to run there, in order
 * @throws Error where one of them fails
 */
export function installOnce(
  kind: string,
  wanted: readonly string[],
  commands: (folder: string) => readonly (readonly string[])[],
): string {
  const key = createHash('sha256').update(wanted.join()).digest('hex').slice(0, 12);
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(caches, 'otel-exec', `${kind}-${key}`);
  const done = join(folder, 'complete');
  if (existsSync(done)) {
    console.log(`${kind}: in ${folder}`);
    return folder;
  }
  mkdirSync(folder, { recursive: true });
  console.log(`${kind}: installing ${wanted.join(' ')} into ${folder}`);
  for (const [command = '', ...args] of commands(folder)) {
    const { status } = spawnSync(command, args, {
      cwd: folder,
      env: { ...process.env, GOBIN: folder },
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    if (status !== 0) throw new Error(`${kind} could not be installed`);
  }
  writeFileSync(done, '');
  return folder;
}
