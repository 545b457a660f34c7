import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { ExecTelemetry } from 'otel-exec';
import { LineLogRecordProcessor } from 'otel-exec/lines';

const loggerProvider = new LoggerProvider({ processors: [new LineLogRecordProcessor()] });
const telemetry = new ExecTelemetry({ loggerProvider, methods: ['run'] });

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  const response = await telemetry.serve(message, ({ context }) => {
    const { id, method, params } = message;
    if (method !== 'run') return { id, error: { code: -32601, message: 'Method not found' } };
    const [executable, ...args] = params.argv;
    const started = telemetry.process({ id, executable }, { context });
    const child = spawn(executable, args, { env: started.environment(), stdio: 'ignore' });
    child.on('error', () => {});
    started.observe(child);
    return { id, result: { pid: child.pid } };
  });
  process.stdout.write(`${JSON.stringify(response)}\n`);
}
