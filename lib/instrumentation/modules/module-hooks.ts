import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tellOnce } from '../../opentelemetry/diagnostics.js';
import { addSight } from '../../opentelemetry/sights.js';
import { VERSION } from '../../opentelemetry/version.js';
import { awaitPackage } from './blind-spots.js';
import { beforeImports, hookImports } from './import-loader.js';
import { findInstrumentation } from './instrumentation-package.js';
import type { WatchedPackage } from './watched-packages.js';

type OnLoad = (exports: unknown, name: string, directory: string | undefined) => unknown;
type Hook = new (names: string[], options: { internals: true }, onLoad: OnLoad) => unknown;

/** Who wants to hear of a package. */
export interface PackageWatcher {
  /** What the user knows it by, such as `McpInstrumentation`. */
  readonly title: string;
  /** Is called with the exports of each file, before whoever loads it sees them. */
  found(exports: object, version: string): void;
  /** Whether it has any exports to patch, by whatever way. */
  hasModules(): boolean;
}

/**
 * Watches a package being loaded, through the hooks that `@opentelemetry/instrumentation` brings:
 * `require-in-the-middle` for CommonJS, `import-in-the-middle` for ESM, whose loader is registered where nobody
 * has done so. What keeps the package from being seen is told to the user, with what to do about it.
 *
 * Its `InstrumentationBase` can't be used: it hears of a file only if the package itself can be resolved,
 * and `@modelcontextprotocol/sdk` has no main file, up to 1.32 at least
 * (require-in-the-middle 8.0, `require.resolve(moduleName)` in `patchedRequire`).
 */
export function watchPackage(watched: WatchedPackage, watcher: PackageWatcher): void {
  bundled ??= isBundled();
  if (bundled) tellOfBundle(watcher.title);
  hookImports();
  try {
    let hasSeen = false;
    hookLoading(watched, (exports, directory) => {
      hasSeen = true;
      const version = readVersion(directory);
      if (isSupported(watched, version)) watcher.found(exports as object, version);
    });
    const { title } = watcher;
    if (!bundled) awaitPackage(watched, { title, hasSeen: () => hasSeen || watcher.hasModules() });
  } catch (error) {
    tellOnce(
      `${watcher.title} can't see its packages (${error}). To have it see them: npm install @opentelemetry/instrumentation`,
    );
  }
}

function hookLoading(
  { name, files, root }: WatchedPackage,
  take: (exports: unknown, directory: string | undefined) => void,
): void {
  const require = createRequire(findInstrumentation());
  const paths = files.map((file) => `${name}/${file}`);
  const imported = root ? [name, ...paths] : paths;
  const onRequire: OnLoad = (exports, _, directory) => {
    take(exports, directory);
    return exports;
  };
  const onImport: OnLoad = (exports, path, directory) => {
    if (imported.includes(path.split(sep).join('/'))) take(exports, directory);
  };
  const { Hook: RequireHook } = require('require-in-the-middle') as { Hook: Hook };
  new RequireHook(paths.map(requireName), { internals: true }, onRequire);
  addSight({ kind: 'seam', name: 'require-in-the-middle', state: () => 'in', counts: () => ({}) });
  beforeImports(() => {
    const { Hook: ImportHook } = require('import-in-the-middle') as { Hook: Hook };
    new ImportHook([name], { internals: true }, onImport);
  });
}

/** How require-in-the-middle calls a file. */
function requireName(path: string): string {
  return path.replace(/(\/index)?\.js$/, '');
}

let bundled: boolean | undefined;

/** Whether this code runs in a program's bundle, and so not from the file that its own package names. */
function isBundled(): boolean {
  try {
    const door = createRequire(import.meta.url).resolve('otel-exec/instrumentation');
    return dirname(door) !== dirname(fileURLToPath(import.meta.url));
  } catch {
    return true;
  }
}

function tellOfBundle(title: string): void {
  tellOnce(
    `a bundle holds otel-exec: ${title} sees its packages only if they are outside of the bundle. Leave all out of it ` +
      '(esbuild: --packages=external), or hand over what they export: instrumentModule(exports)',
  );
}

function isSupported({ name, majors }: WatchedPackage, version: string): boolean {
  const [first, last] = majors;
  const major = Number.parseInt(version, 10);
  if (major >= first && major <= last) return true;
  const range = first === last ? `${first}` : `${first} to ${last}`;
  tellOnce(
    `${name} ${version} is not observed: otel-exec ${VERSION} knows ${range}. ` +
      `To have one that does: npm install otel-exec@latest, or npm install ${name}@${last}`,
  );
  return false;
}

function readVersion(directory = ''): string {
  try {
    const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    return String(version);
  } catch {
    return 'of unknown version';
  }
}
