import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Version of an installed package, as the running file resolves it, or of the package that it is in.
 * @throws Error where it isn't installed
 */
export function versionOf(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    for (const path of [join(folder, 'node_modules', name), folder]) {
      const found = read(join(path, 'package.json'));
      if (found?.name === name) return String(found.version);
    }
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`${name} is not installed`);
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
