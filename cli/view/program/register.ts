import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serviceNameFor } from './service-name.js';

const COMMAND_LINE = fileURLToPath(new URL('../bin/otel-exec.js', import.meta.url));
const [, script] = process.argv;

// This command line is a Node program, too: it observes, and is not observed.
if (!isCommandLine()) {
  await whileNamed(serviceNameFor(script, process.env), () => import('otel-exec/register'));
}

/** The SDK reads the name when it starts; what the program starts has a name of its own. */
async function whileNamed(name: string | undefined, start: () => Promise<unknown>): Promise<void> {
  const { OTEL_SERVICE_NAME: before } = process.env;
  if (name !== undefined) process.env.OTEL_SERVICE_NAME = name;
  await start();
  if (before === undefined) delete process.env.OTEL_SERVICE_NAME;
  else process.env.OTEL_SERVICE_NAME = before;
}

function isCommandLine(): boolean {
  try {
    return realpathSync(String(script)) === realpathSync(COMMAND_LINE);
  } catch {
    return false;
  }
}
