/*
 * Answers as many requests as each line of its input says, a few at a time, and prints how long they took.
 * It knows nothing of exporting: it is started with otel-exec/register.
 */
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { ExecTelemetry } from 'otel-exec';

const LANES = 4;
const METHOD = 'environment/info';
const telemetry = new ExecTelemetry({ methods: [METHOD] });

for await (const line of createInterface({ input: process.stdin })) {
  const requests = Number(line);
  const took: number[] = [];
  let sent = 0;
  const drive = async () => {
    while (sent < requests) {
      const began = performance.now();
      using request = telemetry.request({ id: sent++, method: METHOD });
      await pause(1);
      request.settle({ result: 'success' });
      took.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: LANES }, drive));
  process.stdout.write(`${JSON.stringify(took)}\n`);
}
