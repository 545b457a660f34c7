import type { Variables } from './environment.js';
import { tell } from './stderr-diagnostics.js';

/** Reads a number of milliseconds from the environment; tells of a value that is none, and gives the default. */
export function readMillis(variables: Variables, name: string, defaultMillis: number): number {
  const value = variables[name]?.trim() ?? '';
  if (value === '') return defaultMillis;
  const millis = Number(value);
  if (millis >= 0 && Number.isFinite(millis)) return millis;
  tell(`${name} is no number of milliseconds: ${defaultMillis} are used`);
  return defaultMillis;
}
