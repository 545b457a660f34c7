import { Readable } from 'node:stream';
import { claimStdio } from '../../lifecycle/stdio-claim.js';

/** A reader holds the stream, or something that wraps it. */
const DEPTH = 2;

/**
 * Claims stdin and stdout where a library's transport or reader reads from stdin. Doesn't touch
 * `process.stdin`, which Node makes when somebody does.
 * @param reader an object that holds the stream that it reads from
 */
export function claimStandardInput(reader: object): void {
  if (holdsStandardInput(reader, DEPTH)) claimStdio();
}

function holdsStandardInput(holder: object, depth: number): boolean {
  return Object.values(Object.getOwnPropertyDescriptors(holder)).some(({ value }) => {
    if (typeof value !== 'object' || value === null) return false;
    if (value instanceof Readable) return (value as { fd?: unknown }).fd === 0;
    return depth > 1 && holdsStandardInput(value, depth - 1);
  });
}
