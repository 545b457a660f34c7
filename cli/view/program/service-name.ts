import { basename, dirname, extname } from 'node:path';
import type { Variables } from './environment.js';

/** Where everybody's name for the file of a program is the same. */
const COMMON = ['index', 'main', 'cli', 'bin', 'dist', 'build', 'lib', 'src'];

/**
 * What a Node program is called that has no name of its own: as its file is, or the folder above it where that says
 * nothing.
 * @param script path of the program's file, where it has one
 * @returns undefined where the variables name it
 */
export function serviceNameFor(
  script: string | undefined,
  variables: Variables,
): string | undefined {
  const { OTEL_SERVICE_NAME: name, OTEL_RESOURCE_ATTRIBUTES: attributes } = variables;
  if (name?.trim() || /(?:^|,)\s*service[.]name\s*=/.test(attributes ?? '')) return undefined;
  let path = script ?? '';
  let candidate = basename(path, extname(path));
  while (COMMON.includes(candidate)) {
    path = dirname(path);
    candidate = basename(path);
  }
  return candidate || 'node';
}
