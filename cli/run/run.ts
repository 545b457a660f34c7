import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ExecTelemetry } from 'otel-exec';
import { startSignals } from '../signals/start.js';

/** Runs a command, observes its process, and ends as it ends. */
export async function run(command: string, args: readonly string[]): Promise<void> {
  const signals = await startSignals(process.env);
  const telemetry = new ExecTelemetry();
  using observed = telemetry.process({ executable: command });
  const child = spawn(command, args, { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  observed.exited(code, null);
  telemetry.shutdown();
  await signals.end();
  process.exitCode = code;
}
