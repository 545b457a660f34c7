import * as module from 'node:module';
import { pathToFileURL } from 'node:url';
import { complain } from '../../opentelemetry/diagnostics.js';

/** The loader of import-in-the-middle, whose hooks are given to Node by whoever makes them. */
interface Loader {
  applyOptions(options: LoaderOptions): void;
  readonly resolveSync: Resolve;
  readonly loadSync: Load;
}

/** Which modules it wraps. */
export interface LoaderOptions {
  readonly include: readonly RegExp[];
}

type Resolved = { readonly url: string };
type NextResolve = (specifier: string, context?: object) => Resolved;
type Resolve = (specifier: string, context: object, nextResolve: NextResolve) => Resolved;
type NextLoad = (url: string, context?: object) => object;
type Load = (url: string, context: object, nextLoad: NextLoad) => object;

interface Hooks {
  registerHooks?(hooks: { readonly resolve: Resolve; readonly load: Load }): unknown;
}

/**
 * Registers hooks that need no thread of their own, and that load import-in-the-middle once the program imports a
 * module that it is to wrap: most programs import none.
 * @param require loads what `@opentelemetry/instrumentation` depends on
 * @param onLoad is called before the first of those modules is loaded
 * @returns false where Node or import-in-the-middle, before 3.6, has no such hooks
 */
export function registerLateLoader(
  require: NodeJS.Require,
  options: LoaderOptions,
  onLoad: () => void,
): boolean {
  const { registerHooks } = module as Hooks;
  if (registerHooks === undefined || !supportsSyncHooks(require)) return false;
  let loader: Loader | undefined;
  let hasFailed = false;
  const isWrapped = (url: string) => options.include.some((file) => file.test(withoutQuery(url)));
  const takeUp = () => {
    try {
      loader = makeLoader(require, options);
      onLoad();
    } catch (error) {
      hasFailed = true;
      complain('loading import-in-the-middle', error);
    }
    return loader;
  };
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (loader !== undefined) return loader.resolveSync(specifier, context, nextResolve);
      const resolved = nextResolve(specifier, context);
      if (hasFailed || !isWrapped(resolved.url)) return resolved;
      return takeUp()?.resolveSync(specifier, context, nextResolve) ?? resolved;
    },
    load(url, context, nextLoad) {
      return loader === undefined
        ? nextLoad(url, context)
        : loader.loadSync(url, context, nextLoad);
    },
  });
  return true;
}

/** Asks import-in-the-middle, which says it without loading anything else from 3.6 on. */
function supportsSyncHooks(require: NodeJS.Require): boolean {
  try {
    return require('import-in-the-middle/supports-sync-hooks.mjs').supportsSyncHooks();
  } catch {
    return false;
  }
}

function makeLoader(require: NodeJS.Require, options: LoaderOptions): Loader {
  const { createHook } = require('import-in-the-middle/create-hook.mjs');
  const url = pathToFileURL(require.resolve('import-in-the-middle/register-hooks.mjs')).href;
  const loader: Loader = createHook({ url });
  loader.applyOptions(options);
  return loader;
}

function withoutQuery(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
