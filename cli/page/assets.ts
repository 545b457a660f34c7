import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file that the page consists of. */
export interface Asset {
  /** Where the browser asks for it. */
  readonly path: string;
  readonly contentType: string;
  /** Reads it anew, so that a change shows without a restart. */
  read(): Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const packageRoot = dirname(createRequire(import.meta.url).resolve('otel-exec/package.json'));
const sources = join(packageRoot, 'examples/exec-server/page');
const modules = fileURLToPath(new URL('client/', import.meta.url));

/** Everything that the page consists of: nothing else can be asked for. */
export function pageAssets(): Asset[] {
  return [
    asset('/', join(sources, 'page.html')),
    asset('/page/page.css', join(sources, 'page.css')),
    asset('/page/icon.svg', join(sources, 'icon.svg')),
    ...readdirSync(modules)
      .filter((name) => extname(name) === '.js')
      .map((name) => asset(`/page/${name}`, join(modules, name))),
  ];
}

function asset(path: string, file: string): Asset {
  const contentType = TYPES[extname(file)] ?? 'application/octet-stream';
  return { path, contentType, read: () => readFileSync(file) };
}
