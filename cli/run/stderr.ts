import { writeSync } from 'node:fs';

const STDERR = 2;

/** Writes a line on stderr as a shell would, without changing its mode. Never throws. */
export function tellStderr(text: string): void {
  try {
    writeSync(STDERR, `otel-exec: ${text}\n`);
  } catch {}
}
