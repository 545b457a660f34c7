import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const compiler = fileURLToPath(new URL('./compiler.js', import.meta.url));

/** A tool that knows nothing of telemetry: starts a program, and waits for its end. */
export async function build() {
  const env = { ...process.env, OTEL_SERVICE_NAME: 'compiler' };
  const child = spawn(process.execPath, [compiler], { stdio: 'ignore', env });
  const [code] = await once(child, 'exit');
  return { content: [], isError: code !== 0 };
}
