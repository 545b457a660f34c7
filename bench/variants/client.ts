import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from '../measure/cache.js';

const SOURCE = fileURLToPath(new URL('../../../bench/client/', import.meta.url));

/** What is asked of a server. */
export type Task =
  | { readonly do: 'requests'; readonly inFlight: number; readonly millis: number }
  | { readonly do: 'steady'; readonly rate: number; readonly millis: number }
  | { readonly do: 'processes'; readonly inFlight: number; readonly millis: number };

/** How a server answered; latencies, of requests alone, in microseconds. */
export interface Answered {
  readonly count: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/**
 * Compiles the client of `bench/client/` into a cache outside of the repository.
 * @returns its path; undefined where Go isn't installed
 * @throws Error where it can't be compiled
 */
export async function buildClient(): Promise<string | undefined> {
  const folder = await cacheFolder('bench-client');
  const path = join(folder, process.platform === 'win32' ? 'client.exe' : 'client');
  try {
    await promisify(execFile)('go', ['build', '-buildvcs=false', '-trimpath', '-o', path, '.'], {
      cwd: SOURCE,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return path;
}

/** One connection to an exec server, kept as busy as it is told to by a compiled program. */
export class Client {
  readonly #child: ChildProcess;
  readonly #answers: Interface;
  readonly #ended: Promise<never>;

  /** @param path what {@link buildClient} has returned */
  constructor(path: string, url: string) {
    const child = spawn(path, [url], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout });
    this.#ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the client of ${url} ended with ${signal ?? code}`);
    });
    this.#ended.catch(() => {});
  }

  /** @throws Error where the server refuses, or answers with an error */
  async do(task: Task): Promise<Answered> {
    const answer = once(this.#answers, 'line');
    this.#child.stdin?.write(`${JSON.stringify(task)}\n`);
    const [line] = await Promise.race([answer, this.#ended]);
    return JSON.parse(line) as Answered;
  }

  async close(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended.catch(() => {});
  }
}
