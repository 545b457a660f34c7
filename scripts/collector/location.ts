import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { buildCollector, cachedCollectorPath, isExecutable, type Log } from './build.js';
import { configurations, readManifest } from './layout.js';

/** No collector is installed that will do, and none can be built. The message says what to install. */
export class CollectorMissing extends Error {
  override readonly name = 'CollectorMissing';
}

/** How to look for a collector. */
export interface LocateOptions {
  /** Told why an installed collector won't do, and how a build goes. Default: stderr. */
  readonly log?: Log;
  /** Stops a build. */
  readonly signal?: AbortSignal;
}

/**
 * The path of a collector that has every component our configurations name: `otelcol-contrib` or
 * `otelcol` from the PATH, else one built earlier, else, where Go is installed, one built now.
 * Rejects with `CollectorMissing`.
 */
export async function locateCollector(options: LocateOptions = {}): Promise<string> {
  const log = options.log ?? writeToStderr;
  for (const name of ['otelcol-contrib', 'otelcol']) {
    for (const path of await findInPath(name)) {
      const fault = await findFault(path);
      if (fault === undefined) return path;
      log(`${path} won't do: ${fault}`);
    }
  }
  const cached = await cachedCollectorPath();
  if (await isExecutable(cached)) return cached;
  if ((await findInPath('go')).length === 0) throw new CollectorMissing(await adviseInstall());
  try {
    return await buildCollector(log, options.signal);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw new CollectorMissing(await adviseInstall(error), { cause: error });
  }
}

/**
 * What `collector validate` says against a configuration, or undefined if it is valid. `env` is
 * added to this process's environment, from which `OTELCOL_*` is left out.
 */
export async function validateConfiguration(
  collector: string,
  config: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  return promisify(execFile)(collector, ['validate', `--config=${config}`], {
    cwd: tmpdir(),
    env: { ...plainEnvironment(), ...env },
    timeout: 30_000,
  }).then(
    () => undefined,
    (error: Error & { stderr?: string }) => error.stderr?.trim() || error.message,
  );
}

/** This process's environment without the variables that our configurations read. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('OTELCOL_'));
  return Object.fromEntries(kept);
}

async function findFault(collector: string): Promise<string | undefined> {
  const all = Object.values(configurations);
  const faults = await Promise.all(all.map((config) => validateConfiguration(collector, config)));
  return faults.find((fault) => fault !== undefined);
}

async function findInPath(name: string): Promise<string[]> {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const paths = (process.env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  const found: string[] = [];
  for (const directory of paths) {
    const path = join(directory, file);
    if (await isExecutable(path)) found.push(path);
  }
  return found;
}

async function adviseInstall(error?: unknown): Promise<string> {
  const { version } = await readManifest();
  const why = error === undefined ? 'Go is not in the PATH' : `building one failed: ${error}`;
  return [
    `No OpenTelemetry Collector in the PATH will do, and ${why}.`,
    'Install either',
    `  - otelcol-contrib ${version} or later: https://opentelemetry.io/docs/collector/install/`,
    '    (the contrib distribution, as otelcol-contrib in the PATH), or',
    '  - Go 1.25 or later: https://go.dev/doc/install',
    '    (a collector is then built once, which needs access to a Go module proxy).',
  ].join('\n');
}

function writeToStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
