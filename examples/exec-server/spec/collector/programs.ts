import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { adoptChild } from '../../../../scripts/collector/children.js';
import { type Load, latenciesOf, load } from './load.js';
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

type Child = ChildProcessByStdio<Writable | null, Readable, Readable>;

const build = fileURLToPath(new URL('../../../../', import.meta.url));

/** A program that exports, in a process of its own. */
class ExportingProcess implements AsyncDisposable {
  readonly #child: Child;
  readonly #ended: Promise<Ended>;
  #stderr = '';

  protected constructor(child: Child) {
    this.#child = child;
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

/** A server that prints its address. */
export class AddressedProcess extends ExportingProcess {
  readonly url: string;

  protected constructor(child: Child, url: string) {
    super(child);
    this.url = url;
  }

  /** Starts one, named by its path below `build/`, and waits until it listens. */
  static async serve(
    path: string,
    args: readonly string[],
    env: Variables,
  ): Promise<AddressedProcess> {
    return new AddressedProcess(...(await listening(path, args, env)));
  }
}

/** The example exec server. */
export class ServerProcess extends AddressedProcess {
  /** Starts it on a free port and waits until it listens. */
  static async start(env: Variables, args: readonly string[] = []): Promise<ServerProcess> {
    const path = 'examples/exec-server/main.js';
    const all = ['--listen', 'ws://127.0.0.1:0', ...args];
    return new ServerProcess(...(await listening(path, all, { OTEL_EXEC_LOG: 'warn', ...env })));
  }

  /** Has it answer requests. */
  load(requests: number): Promise<Load> {
    return load(this.url, requests);
  }
}

/** A program that is started with otel-exec/register. */
export class RegisteredProcess extends ExportingProcess {
  readonly #input: Writable;
  readonly #lines: Interface;

  private constructor(child: Child & { readonly stdin: Writable }) {
    super(child);
    this.#input = child.stdin;
    this.#lines = createInterface({ input: child.stdout });
  }

  static async start(env: Variables): Promise<RegisteredProcess> {
    const path = programPath('examples/exec-server/spec/collector/programs/registered.js');
    const flags = ['--import', 'otel-exec/register'];
    const child = start([...flags, path], { OTEL_LOG_LEVEL: 'warn', ...env }, 'pipe');
    return new RegisteredProcess(child as Child & { readonly stdin: Writable });
  }

  /** Has it answer requests. */
  async load(requests: number): Promise<Load> {
    const answered = Promise.race([once(this.#lines, 'line'), once(this.#lines, 'close')]);
    this.#input.write(`${requests}\n`);
    const [line] = await answered;
    if (typeof line !== 'string') throw new Error(`The program ended: ${this.stderr}`);
    return { sent: requests, latencies: latenciesOf(JSON.parse(line)) };
  }
}

/** Runs a program of this repository, named by its path below `build/`, and waits for its end. */
export async function run(path: string, args: readonly string[], env: Variables): Promise<Ended> {
  const child = start([programPath(path), ...args], env);
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

async function listening(path: string, args: readonly string[], env: Variables) {
  const child = start([programPath(path), ...args], env);
  const lines = createInterface({ input: child.stdout });
  const [url] = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
  if (typeof url !== 'string') throw new Error(`The server ended: ${await text(child.stderr)}`);
  return [child, url] as const;
}

function start(args: readonly string[], env: Variables, stdin: 'ignore' | 'pipe' = 'ignore') {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(OTEL_|TRACE)/.test(name));
  return adoptChild(
    spawn(process.execPath, args, {
      stdio: [stdin, 'pipe', 'pipe'],
      cwd: programPath('..'),
      env: { ...Object.fromEntries(inherited), ...env },
    }) as Child,
  );
}
