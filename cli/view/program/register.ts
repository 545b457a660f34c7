import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serviceNameFor } from './service-name.js';

const COMMAND_LINE = fileURLToPath(new URL('../bin/otel-exec.js', import.meta.url));
const [, script] = process.argv;

// This command line is a Node program, too: it observes, and is not observed.
if (!isCommandLine()) {
  const name = serviceNameFor(script, process.env);
  if (name !== undefined) process.env.OTEL_SERVICE_NAME = name;
  await import('otel-exec/register');
  // The SDK has read it; what the program starts has a name of its own.
  if (name !== undefined) delete process.env.OTEL_SERVICE_NAME;
}

function isCommandLine(): boolean {
  try {
    return realpathSync(String(script)) === realpathSync(COMMAND_LINE);
  } catch {
    return false;
  }
}
