import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Finds `@opentelemetry/instrumentation` beside this package, in the program's own dependencies, or in those
 * of the SDK, which depends on it.
 * @throws Error where it is nowhere
 */
export function findInstrumentation(): string {
  found ??= lookEverywhere();
  if (found === undefined) throw new Error(`${PACKAGE} is not installed`);
  return found;
}

/** Whether it can be found. */
export function isInstrumentationInstalled(): boolean {
  found ??= lookEverywhere();
  return found !== undefined;
}

const PACKAGE = '@opentelemetry/instrumentation';

let found: string | undefined;

function lookEverywhere(): string | undefined {
  for (const place of [import.meta.url, process.argv[1], join(process.cwd(), 'index.js')]) {
    if (!place) continue;
    const require = createRequire(place);
    const sdk = resolve(require, '@opentelemetry/sdk-node');
    const path = resolve(require, PACKAGE) ?? (sdk && resolve(createRequire(sdk), PACKAGE));
    if (path !== undefined) return path;
  }
  return undefined;
}

function resolve(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}
