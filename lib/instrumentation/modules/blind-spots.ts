import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isStdioHeard } from '../../lifecycle/stdio-claim.js';
import { complain, tellOnce } from '../../opentelemetry/diagnostics.js';
import { type Bundle, findBundle, mainFile } from './bundles.js';
import { loadedScripts } from './loaded-scripts.js';
import type { Stranger, WatchedPackage } from './watched-packages.js';

/** Who watches packages, and whether it has seen anything of one. */
export interface Watcher {
  /** Such as `McpInstrumentation`. */
  readonly title: string;
  hasSeen(watched: WatchedPackage): boolean;
}

/** How long a program may take to load what it needs, milliseconds. */
const LOADED_AFTER = 1_000;
/** How long one may take to be asked something on stdin, where whatever is in a bundle is observed, milliseconds. */
const ASKED_AFTER = 10_000;

type Look = (watched: WatchedPackage, watcher: Watcher) => string | undefined;

const awaited = new Set<readonly [WatchedPackage, Watcher]>();
const strangers = new Map<Stranger, string>();
let timers: readonly NodeJS.Timeout[] = [];

/**
 * Looks a second later, again later, and at the end of the program, whether a package is at work that its watcher has seen
 * nothing of, and tells why and what to do. A program that hasn't the package pays a few looks at the disk.
 */
export function awaitPackage(watched: WatchedPackage, watcher: Watcher): void {
  awaited.add([watched, watcher]);
  waitForPackages();
}

/** Likewise for a package that is told wherever it is at work, since nobody sees into it. */
export function awaitStranger(stranger: Stranger, title: string): void {
  strangers.set(stranger, title);
  waitForPackages();
}

function waitForPackages(): void {
  if (timers.length > 0) return;
  timers = [
    setTimeout(lookSoon, LOADED_AFTER).unref(),
    setTimeout(lookAround, ASKED_AFTER).unref(),
  ];
  process.once('exit', lookAround);
}

/** Looks at once, for the last time. Never throws. */
export function lookAround(): void {
  for (const timer of timers) clearTimeout(timer);
  process.off('exit', lookAround);
  timers = [];
  lookSoon();
  lookBy(insideOfBundle);
  awaited.clear();
  strangers.clear();
}

function lookSoon(): void {
  lookBy(loadedBefore);
  lookForStrangers();
}

function lookForStrangers(): void {
  for (const [stranger, title] of strangers) {
    const { name, has, remedy } = stranger;
    try {
      if (!isInstalled(name) || !isLoaded(stranger)) continue;
      strangers.delete(stranger);
      tellOnce(`${name} has ${has}, which ${title} can't see. ${remedy}`);
    } catch (error) {
      complain('looking for packages that can not be seen', error);
    }
  }
}

function lookBy(look: Look): void {
  for (const pair of awaited) {
    const [watched, watcher] = pair;
    try {
      const told = watcher.hasSeen(watched) ? undefined : look(watched, watcher);
      if (told === undefined) continue;
      awaited.delete(pair);
      tellOnce(told);
    } catch (error) {
      complain('looking for packages that were not seen', error);
    }
  }
}

function loadedBefore(watched: WatchedPackage, { title }: Watcher): string | undefined {
  const { name } = watched;
  if (!isInstalled(name) || !isLoaded(watched)) return undefined;
  return (
    `${name} was loaded before ${title} was made, so nothing of it is observed. Make ${title} in a module of ` +
    'its own that is loaded first: node --import ./telemetry.js app.js'
  );
}

function insideOfBundle(watched: WatchedPackage, { title }: Watcher): string | undefined {
  const { name } = watched;
  if (isStdioHeard()) return undefined;
  const bundle = findBundle(watched, isInstalled(name) ? loadedScripts() : []);
  return bundle && describe(bundle, name, title);
}

function describe({ file, of }: Bundle, name: string, title: string): string {
  const is = of === undefined ? 'is a bundle that holds' : `of ${of} holds a copy of`;
  const remedy =
    of === undefined
      ? `Leave the package out of the bundle (esbuild: --external:${name}), or hand over what it exports: ` +
        'instrumentModule(exports)'
      : `Hand over what ${of} exports of it: instrumentModule(exports), or tell an RpcTap of its messages`;
  return `${basename(file)} ${is} ${name}, where ${title} can't see it. ${remedy}`;
}

/** Whether any of the watched files is loaded, wherever it is. */
function isLoaded({ name, files }: Pick<WatchedPackage, 'name' | 'files'>): boolean {
  const pattern = new RegExp(`/node_modules/${name}/(${files.join('|')})$`);
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
