import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../measure/cache.js';
import { installLocked } from '../measure/side-install.js';

/** The package that brings the native server, and the version that the lock file has. */
export const NATIVE_PACKAGE = '@openai/codex';

/**
 * Installs the native exec server in a cache outside of the repository: it is large.
 * @returns the path of its executable; undefined where there is none for this machine
 */
export async function installNative(): Promise<string | undefined> {
  const folder = await cacheFolder('bench-native');
  await installLocked('native', folder);
  const vendor = join(
    folder,
    'node_modules',
    `${NATIVE_PACKAGE}-${process.platform}-${process.arch}`,
    'vendor',
  );
  const [target] = await readdir(vendor).catch(() => []);
  return target && join(vendor, target, 'bin', 'codex');
}

/**
 * Writes a home for the native server.
 * @param endpoint where spans and metrics go over OTLP; absent for nowhere
 * @returns the environment that says so
 */
export async function nativeHome(
  name: string,
  endpoint?: string,
): Promise<Readonly<Record<string, string>>> {
  const home = join(await cacheFolder('bench-native'), name);
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'config.toml'), endpoint === undefined ? '' : otelSection(endpoint));
  return { CODEX_HOME: home };
}

function otelSection(endpoint: string): string {
  const exporters = [
    ['trace_exporter', 'traces'],
    ['metrics_exporter', 'metrics'],
  ];
  return [
    '[otel]',
    ...exporters.map(
      ([key, path]) =>
        `${key} = { otlp-http = { endpoint = "${endpoint}/v1/${path}", protocol = "binary" } }`,
    ),
    '',
  ].join('\n');
}
