import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ExecTelemetry } from 'otel-exec';
import './lines-on-stderr.js';

const telemetry = new ExecTelemetry({ methods: ['run'] });

function run(message: { id: number; params: { argv: string[] } }) {
  const [executable = '', ...args] = message.params.argv;
  const started = telemetry.process({ id: message.id, executable });
  const child = spawn(executable, args, { env: started.environment(), stdio: 'ignore' });
  child.on('error', () => {});
  started.observe(child);
  return { id: message.id, result: { pid: child.pid } };
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  const response = await telemetry.serve(message, () =>
    message.method === 'run' ? run(message) : { id: message.id, error: { code: -32601 } },
  );
  process.stdout.write(`${JSON.stringify(response)}\n`);
}
