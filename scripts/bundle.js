import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/*
 * Puts the modules of lib/ together in dist/, so that an import reads a few files instead of sixty: one a
 * door of the exports map, and what doors share. The declarations beside them are the compiler's.
 * Before the compiler runs, it takes away what is left of sources that have gone.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'lib');
const target = join(root, 'dist');

/** @type {{ exports: Record<string, string> }} */
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const doors = Object.values(exports).flatMap(
  (path) => /^\.\/dist\/(.+)\.js$/.exec(path)?.[1] ?? [],
);

/** What each door is read with: to resolve another file takes longer than to parse what is in it. */
const SHARED = ['index', 'conventions', 'export', 'lines'];

/**
 * Lets every door reach what is shared, so that it has one chunk. Nothing is executed for it.
 * @type {import('esbuild').Plugin}
 */
const oneChunk = {
  name: 'one-chunk',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const door = relative(source, path).replace(/\.ts$/, '');
      if (!doors.includes(door)) return undefined;
      const reached = SHARED.filter((shared) => shared !== door);
      const imports = reached.map((shared) => `import './${shared}.js';`);
      return { contents: [readFileSync(path, 'utf8'), ...imports].join('\n'), loader: 'ts' };
    });
  },
};

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
  plugins: [oneChunk],
  logOverride: { 'ignored-bare-import': 'silent' },
  tsconfig: join(source, 'tsconfig.json'),
  write: false,
});

mkdirSync(target, { recursive: true });
const made = new Set(outputFiles.map(({ path }) => basename(path)));
for (const { path, contents } of outputFiles) {
  if (!isSame(path, contents)) writeFileSync(path, contents);
}
removeStale(target, (path) =>
  path.endsWith('.d.ts')
    ? existsSync(join(source, path.replace(/\.d\.ts$/, '.ts')))
    : made.has(path),
);
removeStale(join(root, 'build'), (path) => {
  const [, stem] = /^(?!programs\/|side\/)(.+?)(?:\.d\.ts|\.js|\.js\.map)$/.exec(path) ?? [];
  return stem === undefined || existsSync(join(root, `${stem}.ts`));
});

/**
 * The compiler and the bundler leave what they made of files that have gone.
 * @param {string} folder
 * @param {(path: string) => boolean} isWanted told the path below the folder, with slashes
 */
function removeStale(folder, isWanted) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const below = relative(folder, path).replaceAll('\\', '/');
    if (entry.isFile() && !isWanted(below)) rmSync(path);
  }
}

/**
 * @param {string} path
 * @param {Uint8Array} contents
 */
function isSame(path, contents) {
  return existsSync(path) && readFileSync(path).equals(contents);
}
