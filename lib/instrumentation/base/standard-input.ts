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
  const streams = streamsIn(reader);
  if (streams.some((stream) => (stream as { fd?: unknown }).fd === 0)) claimStdio();
}

/** The streams that a library's transport or reader holds. */
export function streamsIn(holder: object, depth = DEPTH): Readable[] {
  return Object.values(Object.getOwnPropertyDescriptors(holder)).flatMap(({ value }) => {
    if (typeof value !== 'object' || value === null) return [];
    if (value instanceof Readable) return [value];
    return depth > 1 ? streamsIn(value, depth - 1) : [];
  });
}
