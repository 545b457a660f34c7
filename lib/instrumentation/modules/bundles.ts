import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WatchedPackage } from './watched-packages.js';

/** A file that holds a copy of a package. */
export interface Bundle {
  readonly file: string;
  /** The package whose file it is; undefined where it is the program's own. */
  readonly of?: string;
}

/** A file that holds one of the packages isn't shorter, bytes. */
const SHORTEST_BUNDLE = 64 * 1024;
const PACKAGE = /^(file:.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//;

/**
 * Where a copy of a package is at work: the program's own file; or one of a package that depends on it, and so means to use
 * what it holds.
 * @param scripts the addresses of what is loaded
 */
export function findBundle(
  watched: WatchedPackage,
  scripts: readonly string[],
): Bundle | undefined {
  const main = mainFile();
  if (main !== undefined && holds(main, watched)) return { file: main };
  const dependents = new Map<string, boolean>();
  for (const script of scripts) {
    const [, root = '', of] = PACKAGE.exec(script) ?? [];
    if (of === undefined || of === watched.name) continue;
    if (!dependents.has(root)) dependents.set(root, dependsOn(root, watched.name));
    const file = dependents.get(root) ? fileURLToPath(script) : undefined;
    if (file !== undefined && holds(file, watched)) return { file, of };
  }
  return undefined;
}

/** The file of the program, as far as it is known. */
export function mainFile(): string | undefined {
  try {
    return process.argv[1] && realpathSync(process.argv[1]);
  } catch {
    return undefined;
  }
}

function dependsOn(root: string, name: string): boolean {
  try {
    const manifest = JSON.parse(readFileSync(join(fileURLToPath(root), 'package.json'), 'utf8'));
    return name in (manifest.dependencies ?? {});
  } catch {
    return false;
  }
}

function holds(file: string, { name, signature, unlike }: WatchedPackage): boolean {
  if (signature === undefined || file.includes(`/${name}/`)) return false;
  const source = readFileSync(file);
  if (source.length < SHORTEST_BUNDLE || !source.includes(signature)) return false;
  return unlike === undefined || !source.includes(unlike);
}
