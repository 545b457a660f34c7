import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const COMMAND_LINE = fileURLToPath(new URL('../bin/otel-exec.js', import.meta.url));

/** This command line is a Node program, too: it observes, and is not observed. */
function isCommandLine(): boolean {
  try {
    return realpathSync(String(process.argv[1])) === realpathSync(COMMAND_LINE);
  } catch {
    return false;
  }
}

if (!isCommandLine()) await import('otel-exec/register');
