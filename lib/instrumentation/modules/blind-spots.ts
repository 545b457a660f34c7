import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isStdioHeard } from '../../lifecycle/stdio-claim.js';
import { complain, tellOnce } from '../../opentelemetry/diagnostics.js';
import { loadedScripts } from './loaded-scripts.js';
import type { WatchedPackage } from './watched-packages.js';

/** Who watches packages, and whether it has seen anything of one. */
export interface Watcher {
  /** Such as `McpInstrumentation`. */
  readonly title: string;
  hasSeen(watched: WatchedPackage): boolean;
}

/** How long a program may take to load what it needs, milliseconds. */
const LOADED_AFTER = 1_000;
/** A program that holds one of the packages isn't shorter, bytes. */
const SHORTEST_BUNDLE = 64 * 1024;

const awaited = new Set<() => void>();
let timer: NodeJS.Timeout | undefined;

/**
 * Looks a second later, or at the end of the program, whether a package is at work that its watcher has seen
 * nothing of, and tells why and what to do. A program that hasn't the package pays a few looks at the disk.
 */
export function awaitPackage(watched: WatchedPackage, watcher: Watcher): void {
  awaited.add(() => tellIfUnseen(watched, watcher));
  if (timer !== undefined) return;
  timer = setTimeout(lookAround, LOADED_AFTER).unref();
  process.once('exit', lookAround);
}

/** Looks at once. Never throws. */
export function lookAround(): void {
  clearTimeout(timer);
  process.off('exit', lookAround);
  timer = undefined;
  const looks = [...awaited];
  awaited.clear();
  for (const look of looks) {
    try {
      look();
    } catch (error) {
      complain('looking for packages that were not seen', error);
    }
  }
}

function tellIfUnseen(watched: WatchedPackage, watcher: Watcher): void {
  if (watcher.hasSeen(watched)) return;
  const { name } = watched;
  const { title } = watcher;
  if (isInstalled(name) && isLoaded(watched)) {
    tellOnce(
      `${name} was loaded before ${title} was made, so nothing of it is observed. Make ${title} in a module of ` +
        'its own that is loaded first: node --import ./telemetry.js app.js',
    );
    return;
  }
  const bundle = findBundle(watched);
  if (bundle === undefined || isStdioHeard()) return;
  tellOnce(
    `${basename(bundle)} is a bundle that holds ${name}, where ${title} can't see it. Leave the package out of the ` +
      `bundle (esbuild: --external:${name}), or hand over what it exports: instrumentModule(exports)`,
  );
}

/** Whether any of the watched files is loaded, wherever it is. */
function isLoaded(watched: WatchedPackage): boolean {
  const pattern = new RegExp(`/node_modules/${watched.name}/(${watched.files.join('|')})$`);
  return loadedScripts().some((url) => pattern.test(url));
}

/** Whether the program, or the working directory, has the package; pnpm keeps what others depend on aside. */
function isInstalled(name: string): boolean {
  const places = [mainFile(), join(process.cwd(), 'index.js')];
  return places.some((place) => place !== undefined && isBeside(place, name));
}

function isBeside(place: string, name: string): boolean {
  for (let folder = dirname(place); ; folder = dirname(folder)) {
    const modules = join(folder, 'node_modules');
    if (existsSync(join(modules, name))) return true;
    if (existsSync(join(modules, '.pnpm/node_modules', name))) return true;
    if (folder === dirname(folder)) return false;
  }
}

/** The program's own file, where it holds the package. */
function findBundle({ name, signature }: WatchedPackage): string | undefined {
  const main = mainFile();
  if (signature === undefined || main === undefined || main.includes(`/${name}/`)) return undefined;
  const source = readFileSync(main);
  return source.length >= SHORTEST_BUNDLE && source.includes(signature) ? main : undefined;
}

function mainFile(): string | undefined {
  try {
    return process.argv[1] && realpathSync(process.argv[1]);
  } catch {
    return undefined;
  }
}
