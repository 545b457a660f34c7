import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The major version of Node that the suite runs on. */
export const MAIN_MAJOR = 24;

/** The others that are supported, and measured in short. */
export const OTHER_MAJORS = [22, 26, 20] as const;

/** Path of the newest Node of a major version: this one where it is of that, else from the npm registry. */
export async function findNode(major: number): Promise<string> {
  if (process.version.startsWith(`v${major}.`)) return process.execPath;
  const args = ['-y', `node@${major}`, '-p', 'process.execPath'];
  const { stdout } = await promisify(execFile)('npx', args, {
    shell: process.platform === 'win32',
  });
  return stdout.trim();
}
