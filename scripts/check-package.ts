import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const directory = mkdtempSync(join(tmpdir(), 'otel-exec-pack-'));
const run = (command: string, ...args: string[]) =>
  execFileSync('npx', ['--no-install', command, ...args], { stdio: 'inherit' });

function check(workspace: string): void {
  const args = ['pack', '--json', '--ignore-scripts', '-w', workspace];
  const [packed] = JSON.parse(
    execFileSync('npm', [...args, '--pack-destination', directory], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as { filename: string; size: number; entryCount: number }[];
  if (packed === undefined) throw new Error('npm pack gave nothing');
  const tarball = join(directory, packed.filename);
  process.stdout.write(`${packed.filename}: ${packed.entryCount} files, ${packed.size} bytes\n`);
  run('publint', 'run', tarball, '--strict');
  run('attw', tarball, '--profile', 'esm-only', '--format', 'ascii');
}

try {
  check('otel-exec');
  check('otel-exec-cli');
} finally {
  rmSync(directory, { recursive: true });
}
