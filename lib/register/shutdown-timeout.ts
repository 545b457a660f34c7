import type { Variables } from './environment.js';
import { readMillis } from './milliseconds.js';

/** How many milliseconds the end of the program waits for what is to be exported. */
const SHUTDOWN_TIMEOUT = 'OTEL_EXEC_SHUTDOWN_TIMEOUT';
const DEFAULT_MILLIS = 3_000;

/** Reads how long the end of the program may take, milliseconds; tells of a value that is none. */
export function readPatience(variables: Variables): number {
  return readMillis(variables, SHUTDOWN_TIMEOUT, DEFAULT_MILLIS);
}
