import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Programs from the npm registry that nobody here wrote, at exact versions. */
export const PROGRAMS = {
  '@modelcontextprotocol/server-everything': '2026.8.31',
  '@modelcontextprotocol/server-filesystem': '2026.8.31',
  'bash-language-server': '5.8.1',
  'dockerfile-language-server-nodejs': '0.15.0',
  'mcp-framework': '0.2.22',
} as const;

/** Other runtimes that have `node:child_process`, as packages that bring the executable. */
export const RUNTIMES = { bun: '1.4.5', deno: '2.9.6' } as const;

/**
 * Installs packages, once, outside of this repository, and tells how far it is.
 * @returns the folder that has them in its `node_modules`
 * @throws Error where npm fails
 */
export function installPrograms(packages: Readonly<Record<string, string>> = PROGRAMS): string {
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
