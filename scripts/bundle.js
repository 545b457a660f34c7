import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/*
 * Puts the modules of lib/ together in dist/, so that an import reads a few files instead of sixty: one a
 * door of the exports map, and what doors share. The declarations beside them are the compiler's.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'lib');
const target = join(root, 'dist');

/** @type {{ exports: Record<string, string> }} */
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const doors = Object.values(exports).flatMap(
  (path) => /^\.\/dist\/(.+)\.js$/.exec(path)?.[1] ?? [],
);

const { outputFiles } = await build({
  entryPoints: doors.map((door) => join(source, `${door}.ts`)),
  outdir: target,
  chunkNames: 'shared-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  packages: 'external',
  tsconfig: join(source, 'tsconfig.json'),
  write: false,
});

mkdirSync(target, { recursive: true });
const made = new Set(outputFiles.map(({ path }) => basename(path)));
for (const { path, contents } of outputFiles) {
  if (!isSame(path, contents)) writeFileSync(path, contents);
}
for (const entry of readdirSync(target, { withFileTypes: true, recursive: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && isStale(relative(target, path))) rmSync(path);
}

/**
 * @param {string} path
 * @param {Uint8Array} contents
 */
function isSame(path, contents) {
  return existsSync(path) && readFileSync(path).equals(contents);
}

/** @param {string} path a file in dist/ that neither this program nor the compiler makes any more */
function isStale(path) {
  if (path.endsWith('.d.ts')) return !existsSync(join(source, path.replace(/\.d\.ts$/, '.ts')));
  return !made.has(path);
}
