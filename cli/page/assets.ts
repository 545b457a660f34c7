import { readFileSync } from 'node:fs';
import { extname } from 'node:path';

/** A file that the page consists of. */
export interface Asset {
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

/** Everything that the page consists of, by where the browser asks for it below the page's own path. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ['', asset('page.html')],
  ['page/page.css', asset('page.css')],
  ['page/trace.css', asset('trace.css')],
  ['page/icon.svg', asset('icon.svg')],
  ['page/page.js', asset('page.js')],
]);

function asset(name: string): Asset {
  const contentType = TYPES[extname(name)] ?? 'application/octet-stream';
  return { contentType, read: () => readFileSync(new URL(name, import.meta.url)) };
}
