import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { adoptChild, killTree } from './children.js';
import { manifestPath, readManifest } from './layout.js';

/** Takes one line about what is going on. */
export type Log = (line: string) => void;

const executable = process.platform === 'win32' ? 'otelcol.exe' : 'otelcol';
const progressEvery = 10_000;

/** Where a collector built from the present manifest is, or will be. */
export async function cachedCollectorPath(): Promise<string> {
  const { text } = await readManifest();
  const hash = createHash('sha256')
    .update(`${process.platform} ${process.arch}\n${text}`)
    .digest('hex')
    .slice(0, 16);
  return join(cacheDirectory(), hash, executable);
}

/** Whether `path` is a file that can be run. */
export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Builds the manifest's collector with the official builder, and returns the path of the result in
 * the cache. Takes minutes and needs Go. Builds that run at once don't disturb each other; the last
 * one's result stays. Rejects if the build fails or `signal` aborts it, and leaves nothing behind.
 */
export async function buildCollector(log: Log, signal?: AbortSignal): Promise<string> {
  const { version } = await readManifest();
  const path = await cachedCollectorPath();
  await mkdir(cacheDirectory(), { recursive: true });
  const workshop = await mkdtemp(join(cacheDirectory(), 'building-'));
  try {
    log(`building an OpenTelemetry Collector ${version}; this takes minutes, once`);
    const started = Date.now();
    await runBuilder(version, workshop, log, signal);
    await mkdir(join(path, '..'), { recursive: true });
    await rename(join(workshop, 'source', executable), path);
    log(`built in ${secondsSince(started)}: ${path}`);
    return path;
  } finally {
    await rm(workshop, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function runBuilder(
  version: string,
  workshop: string,
  log: Log,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  // Builder 0.152.0 runs `go mod tidy`, which also downloads what only the tests of the components
  // import (https://github.com/open-telemetry/opentelemetry-collector/tree/cmd/builder/v0.152.0/cmd/builder).
  // Without that step `go build -mod=mod` finds the modules that are compiled, at the same versions.
  const builder = adoptChild(
    spawn(
      'go',
      [
        'run',
        `go.opentelemetry.io/collector/cmd/builder@v${version}`,
        `--config=${manifestPath}`,
        '--skip-get-modules',
      ],
      {
        cwd: workshop,
        detached: process.platform !== 'win32',
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          GOFLAGS: `${process.env.GOFLAGS ?? ''} -mod=mod`.trim(),
          GOWORK: 'off',
        },
      },
    ),
  );
  const started = Date.now();
  const progress = setInterval(
    () => log(`still building, ${secondsSince(started)}`),
    progressEvery,
  );
  const abort = () => killTree(builder, 'SIGTERM');
  signal?.addEventListener('abort', abort, { once: true });
  for (const stream of [builder.stdout, builder.stderr]) {
    createInterface({ input: stream }).on('line', log);
  }
  try {
    const [code, killedBy] = await once(builder, 'close');
    signal?.throwIfAborted();
    if (code !== 0) throw new Error(`the collector builder ended with ${killedBy ?? code}`);
  } finally {
    clearInterval(progress);
    signal?.removeEventListener('abort', abort);
  }
}

function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'otel-exec', 'collector');
}

function secondsSince(started: number): string {
  return `${Math.round((Date.now() - started) / 1000)} s`;
}
