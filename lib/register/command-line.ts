import { readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const PACKAGE = 'otel-exec-cli';
const FILE = 'otel-exec.js';

/**
 * Whether a program is `otel-exec` on the command line: it observes, and is not observed.
 * @param script path of the program's file, where it has one
 */
export function isCommandLine(script: string | undefined): boolean {
  if (script === undefined) return false;
  try {
    const path = realpathSync(script);
    if (basename(path) !== FILE) return false;
    const manifest = readFileSync(join(dirname(path), '..', 'package.json'), 'utf8');
    return JSON.parse(manifest).name === PACKAGE;
  } catch {
    return false;
  }
}
