import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Sdk from '@opentelemetry/sdk-node';

const PACKAGE = '@opentelemetry/sdk-node';

/** `@opentelemetry/sdk-node`, and what loads its own dependencies. */
export interface NodeSdk {
  readonly sdk: typeof Sdk;
  readonly require: NodeJS.Require;
}

/**
 * Finds `@opentelemetry/sdk-node`, 2 or 3: beside this package, in the program's own dependencies,
 * or in the working directory's.
 * @returns undefined where it is nowhere
 * @throws what loading it throws
 */
export function findNodeSdk(): NodeSdk | undefined {
  for (const place of [import.meta.url, process.argv[1], join(process.cwd(), 'index.js')]) {
    if (!place) continue;
    const require = createRequire(place);
    const path = resolve(require);
    if (path !== undefined) return { sdk: require(path), require: createRequire(path) };
  }
  return undefined;
}

function resolve(require: NodeJS.Require): string | undefined {
  try {
    return require.resolve(PACKAGE);
  } catch {
    return undefined;
  }
}
