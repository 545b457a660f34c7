import { basename } from 'node:path';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { extractEnvironment } from 'otel-exec';
import type { RunOptions } from './command.js';
import type { Identity } from './identity.js';
import type { Observation } from './observation.js';
import { tellStderr } from './stderr.js';
import type { Usage } from './usage.js';

/**
 * Loads and starts what observes a command. Never rejects: what can't be loaded is told, and the command runs.
 * @param argv the command first
 * @returns what begins the observation, at a moment as `performance.now()` has it
 */
export async function loadObservation(
  argv: readonly [string, ...string[]],
  options: RunOptions,
  { idGenerator }: Identity,
  usage: Usage,
): Promise<((began: number) => Observation) | undefined> {
  try {
    const { startSignals } = await import('../signals/start.js');
    const signals = await startSignals(process.env, { service: basename(argv[0]), idGenerator });
    const { observeUsage } = await import('./usage-metrics.js');
    const { Observation } = await import('./observation.js');
    if (signals.exported) observeUsage(usage);
    const parent = extractEnvironment(process.env, ROOT_CONTEXT);
    return (began) => new Observation(signals, argv, options, parent, began);
  } catch (error) {
    tellStderr(`the command runs without telemetry: ${String(error)}`);
    return undefined;
  }
}
