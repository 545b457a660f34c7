import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Makes a folder outside of the repository, for what is large and outlives a build. */
export async function cacheFolder(name: string): Promise<string> {
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(caches, 'otel-exec', name);
  await mkdir(folder, { recursive: true });
  return folder;
}
