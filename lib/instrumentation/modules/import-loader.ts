import * as module from 'node:module';
import { pathToFileURL } from 'node:url';
import { complain } from '../../opentelemetry/diagnostics.js';
import { addSight } from '../../opentelemetry/sights.js';
import { findInstrumentation, isInstrumentationInstalled } from './instrumentation-package.js';
import { type LoaderOptions, registerLateLoader } from './late-loader.js';
import { WATCHED_PACKAGES, type WatchedPackage } from './watched-packages.js';

interface SyncHooks {
  supportsSyncHooks(): boolean;
  register(options: LoaderOptions): void;
}

/* The loader is the process's, not this copy's. */
const LOADER = Symbol.for('otel-exec.import_loader.1');

/** Which each instrumentation that needs it tells by itself. */
const NOT_INSTALLED = '@opentelemetry/instrumentation is not installed';

/** What is to be done before a module is imported that is watched; undefined where there is no telling when. */
let awaiting: (() => void)[] | undefined;

/**
 * Lets the instrumentations of this package see ESM packages, such as `@modelcontextprotocol/sdk`, that are
 * loaded from now on. The instrumentations call it themselves; a second call does nothing. It touches no other module
 * than theirs.
 *
 * Does nothing where a loader of `import-in-the-middle` sees every module already: one that the command line
 * names, or one that was registered from code before this package was loaded. One that is registered later, or
 * sees some modules alone, works beside it. Never throws: what goes wrong is told to `diag`.
 */
export function hookImports(): void {
  const global = globalThis as { [LOADER]?: string };
  if (global[LOADER] !== undefined) return;
  const loader = isLoaderNamed() || isLoaderAtWork() ? 'of the program' : registerLoader();
  global[LOADER] = loader;
  addSight({ kind: 'seam', name: 'import-in-the-middle', state: () => loader, counts: () => ({}) });
}

/** Does something before a module that is watched is imported for the first time, or at once. */
export function beforeImports(prepare: () => void): void {
  if (awaiting === undefined) prepare();
  else awaiting.push(prepare);
}

function prepareImports(): void {
  const all = awaiting ?? [];
  awaiting = undefined;
  for (const prepare of all) prepare();
}

/** @returns how it was registered, in a few words */
function registerLoader(): string {
  if (!isInstrumentationInstalled()) return NOT_INSTALLED;
  try {
    const require = module.createRequire(findInstrumentation());
    const options = { include: WATCHED_PACKAGES.map(fileOf) };
    if (registerLateLoader(require, options, prepareImports)) {
      awaiting = [];
      return 'in this thread';
    }
    const sync = findSyncHooks(require);
    if (sync?.supportsSyncHooks()) {
      sync.register(options);
      return 'in this thread';
    }
    const hook = pathToFileURL(require.resolve('import-in-the-middle/hook.mjs'));
    module.register(separateLoader(hook), { data: options });
    return 'in a thread of its own';
  } catch (error) {
    complain('registering the loader of import-in-the-middle', error);
    return 'could not be registered';
  }
}

function isLoaderNamed(): boolean {
  const commandLine = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ');
  return /@opentelemetry\/instrumentation\/hook\.mjs|import-in-the-middle/.test(commandLine);
}

/*
 * How import-in-the-middle (1.8 to 3.6) marks a module that it has wrapped: the wrapper stands under the module's
 * own address.
 */
function isLoaderAtWork(): boolean {
  return /[?&]iitm=/.test(String(import.meta.url));
}

/*
 * A loader that is registered a second time warns on stderr, and its new list of modules replaces the first
 * one's: `initialize` in import-in-the-middle/create-hook.mjs (3.6). So this is an instance of its own, which
 * leaves no mark that another one would warn of.
 */
function separateLoader(hook: URL): string {
  const source = `
    import { initialize as begin, load, resolve } from ${JSON.stringify(`${hook}?otel-exec`)};
    export { load, resolve };
    export async function initialize(data) {
      const mark = '__import_in_the_middle_initialized__';
      const { [mark]: marked } = globalThis;
      globalThis[mark] = false;
      await begin(data);
      globalThis[mark] = marked;
    }`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

/** From import-in-the-middle 3 on, where Node has hooks that need no thread of their own. */
function findSyncHooks(require: NodeJS.Require): SyncHooks | undefined {
  if (!('registerHooks' in module)) return undefined;
  try {
    return require('import-in-the-middle/register-hooks.mjs') as SyncHooks;
  } catch {
    return undefined;
  }
}

function fileOf({ name, files }: WatchedPackage): RegExp {
  return new RegExp(`/node_modules/${name}/(${files.join('|')})$`);
}
