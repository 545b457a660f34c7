import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** OpenTelemetry's SDK for Python and what it needs of its own, at exact versions. */
export const PACKAGES = [
  'opentelemetry-sdk==1.45.0',
  'opentelemetry-exporter-otlp-proto-http==1.45.0',
  'protobuf==7.36.2',
];

/**
 * Makes a virtual environment with packages, once, outside of this repository, and tells how far it is.
 * @returns its Python
 * @throws Error where Python or pip fails
 */
export function installPython(packages: readonly string[] = PACKAGES): string {
  const key = createHash('sha256').update(packages.join()).digest('hex').slice(0, 12);
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(caches, 'otel-exec', `python-${key}`);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const done = join(folder, 'complete');
  if (existsSync(done)) {
    console.log(`python: in ${folder}`);
    return python;
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  console.log(`python: installing ${packages.join(' ')} into ${folder}`);
  run('python3', ['-m', 'venv', folder]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
  writeFileSync(done, '');
  return python;
}

/** Runs a program of Python's. @returns what it wrote to stdout; rejects where it fails */
export async function runPython(
  python: string,
  program: string,
  variables: NodeJS.ProcessEnv = {},
): Promise<string> {
  const env = { ...process.env, ...variables };
  const { stdout } = await promisify(execFile)(python, ['-c', program], { env });
  return stdout;
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} failed`, { cause: error });
}
