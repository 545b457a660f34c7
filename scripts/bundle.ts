import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/*
 * Puts the compiled modules together, so that an import reads a few files instead of sixty: one a door,
 * and what doors share. The declarations beside them are the compiler's.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = join(root, 'dist');
const doors = ['export', 'index', 'instrumentation', 'lines', 'register', 'testing'];

const { outputFiles } = await build({
  entryPoints: doors.map((door) => join(root, 'build/lib', `${door}.js`)),
  outdir: target,
  chunkNames: 'shared-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  packages: 'external',
  sourcemap: true,
  write: false,
});

const made = new Set(outputFiles.map(({ path }) => basename(path)));
for (const { path, contents } of outputFiles) {
  if (!isSame(path, contents)) writeFileSync(path, contents);
}
for (const { parentPath, name } of readdirSync(target, { withFileTypes: true, recursive: true })) {
  const stale = /\.js(\.map)?$/.test(name) && !(parentPath === target && made.has(name));
  if (stale) rmSync(join(parentPath, name));
}

function isSame(path: string, contents: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(contents);
  } catch {
    return false;
  }
}
