import { open } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import type { Variables } from './environment.js';

const NODE = /^node(?:js)?(?:[.]exe)?$/;
const HEAD_BYTES = 128;

/** Whether a command is Node itself. */
export function isNode(command: string): boolean {
  return NODE.test(basename(command));
}

/**
 * Whether a command is Node or a script that Node runs, such as `npx`: its first line says so. Where that can't be
 * read, it isn't.
 */
export async function isNodeProgram(command: string, env: Variables): Promise<boolean> {
  if (isNode(command)) return true;
  const folders = command.includes('/') ? [''] : (env.PATH ?? '').split(delimiter);
  for (const folder of folders) {
    const head = await readHead(join(folder, command));
    if (head !== undefined) return /^#!.*\bnode\b/.test(head);
  }
  return false;
}

async function readHead(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } catch {
    return undefined;
  }
}
