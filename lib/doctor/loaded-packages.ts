import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A copy of a package that the program has loaded. */
export interface LoadedPackage {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
}

const PACKAGE = /^(file:.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//;

/**
 * The packages that scripts belong to, each copy once, by name.
 * @param urls the addresses of the scripts
 */
export function packagesOf(urls: readonly string[]): readonly LoadedPackage[] {
  const found = new Map<string, string>();
  for (const url of urls) {
    const [, root, name] = PACKAGE.exec(url) ?? [];
    if (root !== undefined && name !== undefined) found.set(root, name);
  }
  return [...found]
    .map(([root, name]) => ({ name, directory: fileURLToPath(root), version: versionIn(root) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function versionIn(root: string): string {
  try {
    const { version } = JSON.parse(readFileSync(join(fileURLToPath(root), 'package.json'), 'utf8'));
    return String(version);
  } catch {
    return 'of unknown version';
  }
}
