import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { complain, warn } from '../../opentelemetry/diagnostics.js';
import { findInstrumentation } from './instrumentation-package.js';
import type { WatchedPackage } from './watched-packages.js';

type Found = (exports: object) => void;
type OnLoad = (exports: unknown, name: string, directory: string | undefined) => unknown;
type Hook = new (names: string[], options: { internals: true }, onLoad: OnLoad) => unknown;

/**
 * Watches packages being loaded, through the hooks that `@opentelemetry/instrumentation` brings:
 * `require-in-the-middle` for CommonJS, `import-in-the-middle` for ESM, which needs its loader as well.
 * Without that package, `diag` is told what to install.
 *
 * Its `InstrumentationBase` can't be used: it hears of a file only if the package itself can be resolved,
 * and `@modelcontextprotocol/sdk` has no main file, up to 1.32 at least
 * (require-in-the-middle 8.0, `require.resolve(moduleName)` in `patchedRequire`).
 * @param found is called with the exports of each file, before whoever loads it sees them
 */
export function watchPackages(packages: readonly WatchedPackage[], found: Found): void {
  const names = packages.map(({ name }) => name).join(', ');
  if (isBundled()) {
    warn(`a bundle holds otel-exec: ${names} is seen only if it is outside of the bundle`);
  }
  try {
    const require = createRequire(findInstrumentation());
    const { Hook: RequireHook } = require('require-in-the-middle') as { Hook: Hook };
    const { Hook: ImportHook } = require('import-in-the-middle') as { Hook: Hook };
    for (const watched of packages) watchPackage(watched, found, RequireHook, ImportHook);
  } catch (error) {
    complain(`watching ${names}, which needs "npm install @opentelemetry/instrumentation",`, error);
  }
}

function watchPackage(
  watched: WatchedPackage,
  found: Found,
  RequireHook: Hook,
  ImportHook: Hook,
): void {
  const paths = watched.files.map((file) => `${watched.name}/${file}`);
  const take = (exports: unknown, directory: string | undefined) => {
    if (isSupported(watched, directory)) found(exports as object);
  };
  const onRequire: OnLoad = (exports, _, directory) => {
    take(exports, directory);
    return exports;
  };
  const imported = watched.root ? [watched.name, ...paths] : paths;
  const onImport: OnLoad = (exports, name, directory) => {
    if (imported.includes(name.split(sep).join('/'))) take(exports, directory);
  };
  new RequireHook(paths.map(requireName), { internals: true }, onRequire);
  new ImportHook([watched.name], { internals: true }, onImport);
}

/** How require-in-the-middle calls a file. */
function requireName(path: string): string {
  return path.replace(/(\/index)?\.js$/, '');
}

/** Whether this code runs in a program's bundle, and so not from the file that its own package names. */
function isBundled(): boolean {
  try {
    const door = createRequire(import.meta.url).resolve('otel-exec/instrumentation');
    return dirname(door) !== dirname(fileURLToPath(import.meta.url));
  } catch {
    return true;
  }
}

function isSupported({ name, majors }: WatchedPackage, directory: string | undefined): boolean {
  const version = readVersion(directory);
  const major = Number.parseInt(version, 10);
  if (major >= majors[0] && major <= majors[1]) return true;
  warn(`${name} ${version} is not supported; ${majors.join(' to ')} are`);
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
