import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { adoptChild } from '../../../../scripts/collector/children.js';
import { untilEvent } from './waiting.js';

/** How a program ended and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program gets beside this process's environment, from which `OTEL_*` and `TRACE*` are left out. */
export type Variables = Readonly<Record<string, string>>;

type Child = ChildProcessByStdio<null, Readable, Readable>;

const build = fileURLToPath(new URL('../../../../', import.meta.url));

/** The example exec server as a process of its own. */
export class ServerProcess implements AsyncDisposable {
  readonly url: string;
  readonly #child: Child;
  readonly #ended: Promise<Ended>;
  #stderr = '';

  private constructor(child: Child, url: string) {
    this.#child = child;
    this.url = url;
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      this.#stderr += chunk;
    });
    this.#ended = once(child, 'close').then(([code, signal]) => ({
      code,
      signal,
      stdout: '',
      stderr: this.#stderr,
    }));
  }

  /** Starts it on a free port and waits until it listens. */
  static async start(env: Variables, args: readonly string[] = []): Promise<ServerProcess> {
    const child = start('examples/exec-server/main.js', ['--listen', 'ws://127.0.0.1:0', ...args], {
      OTEL_EXEC_LOG: 'warn',
      ...env,
    });
    const lines = createInterface({ input: child.stdout });
    const [url] = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
    if (typeof url !== 'string') throw new Error(`The server ended: ${await text(child.stderr)}`);
    return new ServerProcess(child, url);
  }

  /** What it has written to stderr so far. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Waits until stderr, from the start, matches. */
  told(pattern: RegExp): Promise<void> {
    return untilEvent(
      this.#child.stderr,
      'data',
      () => pattern.test(this.#stderr),
      () => `${pattern} in ${this.#stderr}`,
    );
  }

  /** Memory that it holds now and held at most, in MiB. */
  memory(): { readonly now: number; readonly peak: number } {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const read = (name: string) =>
      Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024);
    return { now: read('VmRSS'), peak: read('VmHWM') };
  }

  /** SIGTERM; waits for the end. */
  async stop(): Promise<Ended & { readonly milliseconds: number }> {
    const began = performance.now();
    this.#child.kill('SIGTERM');
    const ended = await this.#ended;
    return { ...ended, milliseconds: Math.round(performance.now() - began) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
    }
    await this.#ended;
  }
}

/** Runs a program of this repository, named by its path below `build/`, and waits for its end. */
export async function run(path: string, args: readonly string[], env: Variables): Promise<Ended> {
  const child = start(path, args, env);
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, signal, stdout, stderr };
}

/** The absolute path of a program of this repository, named by its path below `build/`. */
export function programPath(path: string): string {
  return `${build}${path}`;
}

function start(path: string, args: readonly string[], env: Variables) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(OTEL_|TRACE)/.test(name));
  return adoptChild(
    spawn(process.execPath, [programPath(path), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...Object.fromEntries(inherited), ...env },
    }),
  );
}
