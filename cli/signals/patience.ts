import type { Variables } from './destinations.js';

/** How many milliseconds the end waits for what is to be exported; `otel-exec/register` reads it too. */
const SHUTDOWN_TIMEOUT = 'OTEL_EXEC_SHUTDOWN_TIMEOUT';
const DEFAULT_MILLIS = 3_000;

/** Reads how long the end may take, milliseconds. What is no number is the default. */
export function readPatience(variables: Variables): number {
  const value = variables[SHUTDOWN_TIMEOUT]?.trim();
  const millis = value ? Number(value) : DEFAULT_MILLIS;
  return Number.isFinite(millis) && millis >= 0 ? millis : DEFAULT_MILLIS;
}

/**
 * Waits for work, but not for ever. Never rejects.
 * @returns whether it was done in time
 */
export async function inTime(work: Promise<unknown>, millis: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, millis, false);
  });
  const done = work.then(
    () => true,
    () => true,
  );
  const result = await Promise.race([done, late]);
  clearTimeout(timer);
  return result;
}
