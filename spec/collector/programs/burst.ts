/*
 * Requests at full speed: as many as the first argument says, with nothing in between that would let
 * anything be sent. Then the end, which may take as long as it takes. Prints what it cost.
 */
import { ExecTelemetry } from 'otel-exec';
import { startTelemetry } from '../../../examples/exec-server/telemetry.js';

const count = Number(process.argv[2]);
const sdk = startTelemetry();
const telemetry = new ExecTelemetry({ methods: ['process/start'] });
const resident = () => Math.round(process.memoryUsage.rss() / 2 ** 20);

const before = resident();
const began = performance.now();
for (let id = 0; id < count; id++) {
  using request = telemetry.request({ id, method: 'process/start' });
  request.settle({ result: 'success' });
}
const busyMillis = Math.round(performance.now() - began);
const after = resident();
telemetry.shutdown();
await sdk.shutdown(60_000);
const flushMillis = Math.round(performance.now() - began) - busyMillis;
process.stdout.write(`${JSON.stringify({ busyMillis, flushMillis, before, after })}\n`);
