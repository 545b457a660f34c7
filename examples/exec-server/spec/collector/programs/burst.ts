/*
 * Requests at full speed: as many as the second argument says, with nothing in between that would let
 * anything be sent; then the end. The first argument says by which settings they are exported: the
 * `example`'s, or the `sdk`'s own. Prints what it cost.
 */
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ExecTelemetry } from 'otel-exec';
import { type RunningTelemetry, startTelemetry } from '../../../telemetry.js';

type Running = Pick<RunningTelemetry, 'shutdown'> & Partial<RunningTelemetry>;

const [settings, count] = process.argv.slice(2);
const sdk: Running = settings === 'sdk' ? startSdk() : startTelemetry();
const { loggerProvider } = sdk;
const telemetry = new ExecTelemetry({ methods: ['process/start'], loggerProvider });
const resident = () => Math.round(process.memoryUsage.rss() / 2 ** 20);

const before = resident();
const began = performance.now();
for (let id = 0; id < Number(count); id++) {
  using request = telemetry.request({ id, method: 'process/start' });
  request.settle({ result: 'success' });
}
const busyMillis = Math.round(performance.now() - began);
const after = resident();
telemetry.shutdown();
await sdk.shutdown(60_000);
process.stdout.write(`${JSON.stringify({ busyMillis, before, after })}\n`);

function startSdk(): Running {
  const plain = new NodeSDK();
  plain.start();
  return plain;
}
