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

/**
 * Installs the programs, once, outside of this repository, and tells how far it is.
 * @returns the folder that has them in its `node_modules`
 * @throws Error where npm fails
 */
export function installPrograms(): string {
  const wanted = Object.entries(PROGRAMS).map(([name, version]) => `${name}@${version}`);
  const key = createHash('sha256').update(wanted.join()).digest('hex').slice(0, 12);
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(caches, 'otel-exec', `programs-${key}`);
  const done = join(folder, 'complete');
  if (existsSync(done)) {
    console.log(`programs: in ${folder}`);
    return folder;
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  console.log(`programs: installing ${wanted.join(' ')} into ${folder}`);
  const { status } = spawnSync(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...wanted],
    { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' },
  );
  if (status !== 0) throw new Error('the programs could not be installed');
  writeFileSync(done, '');
  return folder;
}
