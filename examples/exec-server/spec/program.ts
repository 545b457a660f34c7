import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { LineCapture } from 'otel-exec/testing';

const PROGRAMS = new URL('../', import.meta.url);

/** How a program is run. */
export interface ProgramOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What a program wrote, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program of this example, as a child process. */
export function spawnProgram(name: string, { args = [], env = {} }: ProgramOptions = {}) {
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, [fileURLToPath(new URL(name, PROGRAMS)), ...args], {
    env: { PATH, HOME, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs a program to its end. */
export async function runProgram(
  name: string,
  options: ProgramOptions & { input?: string } = {},
): Promise<Ended> {
  const child = spawnProgram(name, options);
  child.stdin.end(options.input ?? '');
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code, stdout, stderr };
}

/** The exec server as a program of its own. */
export class ServerProgram implements AsyncDisposable {
  readonly child: ChildProcess & { stdin: Writable; stdout: Readable };
  /** What it writes to stderr. */
  readonly lines: LineCapture;
  readonly #exit: Promise<unknown[]>;

  constructor({ args = ['--listen', 'ws://127.0.0.1:0'], ...options }: ProgramOptions = {}) {
    const child = spawnProgram('main.js', { args, ...options });
    this.child = child;
    this.lines = new LineCapture(child.stderr);
    this.#exit = once(child, 'exit');
  }

  /** The first line of its stdout. @throws Error with what it wrote to stderr, if it ends before */
  async url(): Promise<string> {
    const line = once(createInterface({ input: this.child.stdout }), 'line');
    const [first] = await Promise.race([line, this.#exit.then(() => [undefined])]);
    if (first === undefined) throw new Error(this.lines.raw.join('\n'));
    return first;
  }

  /** Asks it to end; gives its exit code. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<unknown> {
    this.child.kill(signal);
    return this.exit();
  }

  /** Waits for its end; gives its exit code. */
  async exit(): Promise<unknown> {
    const [code] = await this.#exit;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#exit;
  }
}
