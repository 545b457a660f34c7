import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ExecTelemetry } from 'otel-exec';

const sdk = new NodeSDK();
sdk.start();
const telemetry = new ExecTelemetry({ methods: ['process/start'] });
const connection = telemetry.connection({ transport: 'stdio' });
const message = { id: 1, method: 'process/start' };
const request = telemetry.request(message, { connection });
const child = request.run(() => {
  const process = telemetry.process({ id: 'p1', executable: 'sh' });
  const env = process.environment() as NodeJS.ProcessEnv;
  const started = spawn('sh', ['-c', 'test -n "$TRACEPARENT"'], { env });
  process.observe(started);
  return started;
});
request.settle({ result: 'success' });
await once(child, 'close');
connection.settle();
await sdk.shutdown();
