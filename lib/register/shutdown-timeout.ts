import type { Variables } from './environment.js';
import { tell } from './stderr-diagnostics.js';

/** How many milliseconds the end of the program waits for what is to be exported. */
const SHUTDOWN_TIMEOUT = 'OTEL_EXEC_SHUTDOWN_TIMEOUT';
const DEFAULT_MILLIS = 3_000;

/** Reads how long the end of the program may take, milliseconds; tells of a value that is none. */
export function readPatience(variables: Variables): number {
  const value = variables[SHUTDOWN_TIMEOUT]?.trim() ?? '';
  if (value === '') return DEFAULT_MILLIS;
  const millis = Number(value);
  if (millis >= 0 && Number.isFinite(millis)) return millis;
  tell(`${SHUTDOWN_TIMEOUT} is no number of milliseconds: ${DEFAULT_MILLIS} are used`);
  return DEFAULT_MILLIS;
}
