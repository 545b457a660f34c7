import { accessSync, constants, statSync } from 'node:fs';
import { getSystemErrorMap } from 'node:util';
import type { Exit } from './child.js';
import { tellStderr } from './stderr.js';

const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/**
 * Says what a shell would say of a command that could not be started.
 * @returns what it would exit with: 127 where there is no such command or no such interpreter, 126 where there is and it can't be executed
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_08_02
 */
export function tellSpawnFailure(command: string, error: unknown): Exit {
  const { code, errno } = error as NodeJS.ErrnoException;
  const isMissing = code === 'ENOENT' || command === '';
  tellStderr(`${command}: ${describe(command, code, errno, isMissing)}`);
  return { code: isMissing ? NOT_FOUND : NOT_EXECUTABLE, signal: null };
}

function describe(
  command: string,
  code: string | undefined,
  errno: number | undefined,
  isMissing: boolean,
): string {
  if (isMissing && !command.includes('/')) return 'command not found';
  if (isMissing && isExecutable(command)) return 'cannot execute: required file not found';
  if (code === 'EACCES' && isDirectory(command)) return 'Is a directory';
  const [, text = 'cannot be started'] = getSystemErrorMap().get(errno ?? 0) ?? [];
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function isDirectory(path: string): boolean {
  return path.includes('/') && (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return path.includes('/');
  } catch {
    return false;
  }
}
