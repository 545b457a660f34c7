import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));

/**
 * Writes the API reference, one file a door, into a folder.
 * @throws Error with what is undocumented, or linked to and not there
 */
export function writeApiReference(folder: string): void {
  try {
    execFileSync('npx', ['--no-install', 'typedoc', '--logLevel', 'Warn', '--out', folder], {
      cwd: docs,
      stdio: 'pipe',
      encoding: 'utf8',
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${stdout}${stderr}`.trim() || String(error));
  }
}
