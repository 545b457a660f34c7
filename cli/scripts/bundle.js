import { copyFileSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/*
 * Puts the page together in dist/page/: one file for the program that serves it, one for the browser, and
 * what is served as it is. The declarations beside them are the compiler's.
 */

const source = fileURLToPath(new URL('../page/', import.meta.url));
const target = fileURLToPath(new URL('../dist/page/', import.meta.url));

mkdirSync(target, { recursive: true });
await build({
  entryPoints: [`${source}index.ts`],
  outfile: `${target}index.js`,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  packages: 'external',
  tsconfig: `${source}tsconfig.json`,
});
await build({
  entryPoints: [`${source}client/main.ts`],
  outfile: `${target}page.js`,
  bundle: true,
  format: 'esm',
  platform: 'browser',
  minifySyntax: true,
  minifyWhitespace: true,
  target: 'es2022',
  tsconfig: `${source}client/tsconfig.json`,
});
for (const name of ['page.html', 'page.css', 'icon.svg']) {
  copyFileSync(source + name, target + name);
}
