import { copyFileSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/*
 * Puts the command line together in dist/, and the page in dist/page/: one file for the program that serves it,
 * one for the browser, and what is served as it is. The declarations beside them are the compiler's.
 */

const source = fileURLToPath(new URL('../page/', import.meta.url));
const target = fileURLToPath(new URL('../dist/page/', import.meta.url));

mkdirSync(target, { recursive: true });
/** @type {import('esbuild').BuildOptions} */
const forNode = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  packages: 'external',
};
await build({
  ...forNode,
  entryPoints: [`${source}index.ts`],
  outfile: `${target}index.js`,
  tsconfig: `${source}tsconfig.json`,
});
await build({
  ...forNode,
  entryPoints: {
    main: fileURLToPath(new URL('../main.ts', import.meta.url)),
    register: fileURLToPath(new URL('../view/program/register.ts', import.meta.url)),
  },
  outdir: fileURLToPath(new URL('../dist/', import.meta.url)),
  splitting: true,
  chunkNames: 'command-[hash]',
  external: ['./page/index.js'],
  tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)),
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
for (const name of ['page.html', 'page.css', 'trace.css', 'icon.svg']) {
  copyFileSync(source + name, target + name);
}
