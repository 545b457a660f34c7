import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Version of an installed package, as the running file or the given one resolves it.
 * @throws Error where it isn't installed
 */
export function versionOf(name: string, from: string = import.meta.url): string {
  let folder = dirname(createRequire(from).resolve(name));
  for (;;) {
    const found = read(join(folder, 'package.json'));
    if (found?.name === name) return String(found.version);
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json of ${name}`);
    folder = parent;
  }
}

function read(path: string): { name?: unknown; version?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
