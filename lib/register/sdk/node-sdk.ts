import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Sdk from '@opentelemetry/sdk-node';

const PACKAGE = '@opentelemetry/sdk-node';

/** `@opentelemetry/sdk-node`, before it is loaded. */
export interface NodeSdk {
  /** The second number of its version, 223 in 0.223.0, by which its releases differ. */
  readonly release: number;
  /** Loads the whole of it, with every exporter and propagator there is. */
  load(): typeof Sdk;
  /** Loads one of its own dependencies, as ESM where it has both. */
  readonly require: NodeJS.Require;
}

/**
 * Finds `@opentelemetry/sdk-node`, 2 or 3: beside this package, in the program's own dependencies,
 * or in the working directory's.
 * @returns undefined where it is nowhere
 */
export function findNodeSdk(): NodeSdk | undefined {
  for (const place of [import.meta.url, process.argv[1], join(process.cwd(), 'index.js')]) {
    if (!place) continue;
    const require = createRequire(place);
    const path = resolve(require);
    if (path === undefined) continue;
    const own = preferEsm(createRequire(path));
    return { release: releaseOf(path), load: () => own(path), require: own };
  }
  return undefined;
}

/**
 * What SDK 3 has as CommonJS and as ESM is loaded as ESM, where Node can: it shares the copy of the API that this
 * package has, where CommonJS would load a second one.
 */
function preferEsm(require: NodeJS.Require): NodeJS.Require {
  // Node's loader of ES modules sees nothing of the archives of Yarn's Plug'n'Play when it is called by require.
  if (!process.features.require_module || process.versions.pnp !== undefined) return require;
  const load = (name: string) => {
    const path = require.resolve(name);
    const esm = path.replace(/\.cjs$/, '.mjs');
    return require(esm !== path && existsSync(esm) ? esm : path);
  };
  return Object.assign(load, require);
}

function resolve(require: NodeJS.Require): string | undefined {
  try {
    return require.resolve(PACKAGE);
  } catch {
    return undefined;
  }
}

/** The exports map of the package keeps its manifest to itself. */
function releaseOf(path: string): number {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const { name, version } = readManifest(join(folder, 'package.json'));
    if (name === PACKAGE) return Number(/^0\.(\d+)\./.exec(version ?? '')?.[1]);
  }
  return Number.NaN;
}

function readManifest(path: string): { readonly name?: string; readonly version?: string } {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}
