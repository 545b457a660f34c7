import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('otel-exec/package.json') as { version: string };

/** Version of this example, which is the package's. */
export const VERSION = version;
