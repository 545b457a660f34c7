import * as module from 'node:module';
import { pathToFileURL } from 'node:url';
import { complain } from '../../opentelemetry/diagnostics.js';
import { findInstrumentation } from './instrumentation-package.js';
import { mcpSdk, vscodeJsonRpc, type WatchedPackage } from './watched-packages.js';

interface SyncHooks {
  supportsSyncHooks(): boolean;
  register(options: Options): void;
}

interface Options {
  readonly include: readonly RegExp[];
}

/**
 * Lets the instrumentations of this package see ESM packages, such as `@modelcontextprotocol/sdk`. To be
 * called before the program is loaded, in a module for `node --import`. It is for programs that don't have
 * the loader of `@opentelemetry/instrumentation` already, and touches no other module than theirs.
 *
 * Does nothing where the command line names a loader of `import-in-the-middle`. Never throws: what goes
 * wrong is told to `diag`.
 */
export function hookImports(): void {
  if (isLoaderNamed()) return;
  try {
    const require = module.createRequire(findInstrumentation());
    const options = { include: [fileOf(mcpSdk), fileOf(vscodeJsonRpc)] };
    const sync = findSyncHooks(require);
    if (sync?.supportsSyncHooks()) sync.register(options);
    else {
      const loader = pathToFileURL(require.resolve('import-in-the-middle/hook.mjs'));
      module.register(loader, { data: options });
    }
  } catch (error) {
    complain('registering the loader of import-in-the-middle', error);
  }
}

function isLoaderNamed(): boolean {
  const commandLine = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ');
  return /@opentelemetry\/instrumentation\/hook\.mjs|import-in-the-middle/.test(commandLine);
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
