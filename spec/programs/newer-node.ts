import { execFileSync } from 'node:child_process';

const NEWER_NODE = '24.21.0';

let path: string | undefined;

/** The path of a Node for programs that ask for one that is newer than the oldest which we support. */
export function newerNode(): string {
  path ??= execFileSync('npx', ['-y', `node@${NEWER_NODE}`, '-p', 'process.execPath'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  }).trim();
  return path;
}
