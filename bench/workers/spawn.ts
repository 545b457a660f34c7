import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildProcessInstrumentation } from 'otel-exec/instrumentation';
import { serveTurns } from '../measure/worker.js';
import { histogramRecords, registerSdk } from '../sdk.js';
import { spawnFloor } from '../variants/spawn-floor.js';

/* One variant of a program that starts processes one after the other. */

interface Datadog {
  init(options: object): { use(plugin: string): void };
}

const require = createRequire(import.meta.url);
const [, , variant, agent] = process.argv;
const sdk = variant === 'dd-trace' ? undefined : await registerSdk();
if (variant === 'ours') new ChildProcessInstrumentation();
if (variant === 'ours with a journal') {
  const journal = mkdtempSync(join(tmpdir(), 'spawn-'));
  process.once('exit', () => rmSync(journal, { recursive: true }));
  new ChildProcessInstrumentation({ journal });
}
if (variant === 'dd-trace') {
  const tracer = require('dd-trace') as Datadog;
  tracer
    .init({ url: agent, startupLogs: false, telemetry: { enabled: false }, plugins: false })
    .use('child_process');
}
const { spawn } = require('node:child_process') as typeof import('node:child_process');

const start =
  variant === 'floor' && sdk !== undefined
    ? spawnFloor(sdk, spawn)
    : () => spawn('true', { stdio: 'ignore' });

serveTurns(
  async (times) => {
    for (let done = 0; done < times; done++) await runOnce();
  },
  async () => {
    if (sdk === undefined) return {};
    await sdk.flush();
    const { spans, events } = sdk.exported;
    return { spans, events, records: histogramRecords(sdk.exported) };
  },
);

function runOnce(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = start();
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}
