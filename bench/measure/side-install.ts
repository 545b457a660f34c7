import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Makes a folder where the compiled benchmarks and this package run beside other dependencies than this
 * package's own: those of `bench/<name>/package.json`, from its lock file.
 * @returns the folder; the benchmarks are in its `bench`
 */
export async function sideInstall(name: string): Promise<string> {
  const folder = join(ROOT, 'build', 'side', name);
  await mkdir(folder, { recursive: true });
  await installLocked(name, folder);
  const own = join(folder, 'node_modules', 'otel-exec');
  await rm(own, { recursive: true, force: true });
  await rm(join(folder, 'bench'), { recursive: true, force: true });
  await cp(join(ROOT, 'dist'), join(own, 'dist'), { recursive: true });
  await cp(join(ROOT, 'package.json'), join(own, 'package.json'));
  await cp(join(ROOT, 'build', 'bench'), join(folder, 'bench'), { recursive: true });
  return folder;
}

/** Installs what the lock file of `bench/<name>/` says in a folder, unless it has just that. */
export async function installLocked(name: string, folder: string): Promise<void> {
  const source = join(ROOT, 'bench', name);
  const stamp = join(folder, 'node_modules', '.installed');
  const lock = await readFile(join(source, 'package-lock.json'), 'utf8');
  if (lock === (await readFile(stamp, 'utf8').catch(() => undefined))) return;
  for (const file of ['package.json', 'package-lock.json']) {
    await cp(join(source, file), join(folder, file));
  }
  const npm = ['ci', '--no-audit', '--no-fund', '--ignore-scripts'];
  await promisify(execFile)('npm', npm, { cwd: folder, shell: process.platform === 'win32' });
  await writeFile(stamp, lock);
}
