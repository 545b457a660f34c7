import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Variables } from './environment.js';
import { isNode } from './node-program.js';

/**
 * The version of Node that a command's programs run on: the command itself where it is a `node`, else the one on the
 * PATH.
 * @returns such as `v20.19.0`; undefined where there is none
 */
export async function nodeVersionFor(command: string, env: Variables): Promise<string | undefined> {
  try {
    const node = isNode(command) ? command : 'node';
    const { stdout } = await promisify(execFile)(node, ['--version'], { env: { ...env } });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

/** Whether this Node can load `otel-exec/register`, and starts at all where NODE_OPTIONS names it. */
export function canRegister(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major > 22;
}
