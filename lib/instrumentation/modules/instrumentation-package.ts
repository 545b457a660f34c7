import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Finds `@opentelemetry/instrumentation` beside this package, in the program's own dependencies, or in those
 * of the SDK, which depends on it.
 * @throws Error where it is nowhere
 */
export function findInstrumentation(): string {
  found ??= lookEverywhere();
  return found;
}

let found: string | undefined;

function lookEverywhere(): string {
  for (const place of [import.meta.url, process.argv[1], join(process.cwd(), 'index.js')]) {
    if (!place) continue;
    const require = createRequire(place);
    const sdk = resolve(require, '@opentelemetry/sdk-node');
    const path =
      resolve(require, '@opentelemetry/instrumentation') ??
      (sdk && resolve(createRequire(sdk), '@opentelemetry/instrumentation'));
    if (path !== undefined) return path;
  }
  throw new Error('@opentelemetry/instrumentation is not installed');
}

function resolve(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}
