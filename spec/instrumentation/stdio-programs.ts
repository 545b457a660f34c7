import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { buildSync } from 'esbuild';
import type { CapturedLine } from 'otel-exec/testing';
import { ProgramFolder } from './program-folder.js';

export const PRELOAD = ['--import', new URL('./stdio-preloaded.js', import.meta.url).href];

/** What a program wrote, and how it ended. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A program that is run as it is and observed, with the same input. */
export class StdioProgram implements Disposable {
  readonly #folder: ProgramFolder;
  readonly #path: string;
  readonly #children: ChildProcess[] = [];

  /** @param packages see {@link ProgramFolder} */
  constructor(name: string, source: string, packages: Readonly<Record<string, string>> = {}) {
    this.#folder = new ProgramFolder(packages);
    this.#path = this.#folder.write(name, source);
  }

  /** Everything in one file, which has no otel-exec in it. */
  static bundled(source: string): StdioProgram {
    const { outputFiles } = buildSync({
      stdin: { contents: source, resolveDir: process.cwd() },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      write: false,
      logLevel: 'silent',
    });
    return new StdioProgram('bundle.cjs', outputFiles[0]?.text ?? '');
  }

  /** Starts it; stdin, stdout and stderr are pipes, and there is an IPC channel. */
  start(flags: readonly string[]) {
    const child = spawn(process.execPath, [...flags, this.#path], {
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    });
    this.#children.push(child);
    return child as ChildProcess & { readonly stdin: Writable };
  }

  /** Writes another file, and gives its path. */
  write(name: string, content: string): string {
    return this.#folder.write(name, content);
  }

  /** Runs it to its end, over a pipe. */
  async run(input: string | Buffer, flags: readonly string[] = PRELOAD): Promise<Outcome> {
    const child = this.start(flags);
    child.stdin.on('error', () => {}).end(input);
    return ended(child);
  }

  /** Runs it to its end, with a file as its stdin. */
  async runOnFile(input: string, flags: readonly string[] = PRELOAD): Promise<Outcome> {
    const file = openSync(this.#folder.write('input', input), 'r');
    const child = spawn(process.execPath, [...flags, this.#path], {
      stdio: [file, 'pipe', 'pipe', 'ipc'],
    });
    this.#children.push(child);
    return ended(child);
  }

  /**
   * Runs it as it is and observed.
   * @returns the lines of the observed run
   * @throws AssertionError where that wrote anything else or ended otherwise
   */
  async runBoth(input: string | Buffer): Promise<readonly CapturedLine[]> {
    const [bare, observed] = await Promise.all([this.run(input, []), this.run(input)]);
    expect(bare.stderr).to.equal('');
    expectSame(observed, bare);
    return linesOf(observed);
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill('SIGKILL');
    this.#folder[Symbol.dispose]();
  }
}

export function expectSame(observed: Outcome, bare: Outcome): void {
  expect([observed.code, observed.signal]).to.deep.equal([bare.code, bare.signal]);
  expect(observed.stdout.equals(bare.stdout), 'stdout is byte-identical').to.equal(true);
}

export async function ended(child: ChildProcess): Promise<Outcome> {
  const { stdout, stderr } = child as {
    stdout: NodeJS.ReadableStream;
    stderr: NodeJS.ReadableStream;
  };
  const [out, err, [code, signal]] = await Promise.all([
    buffer(stdout),
    buffer(stderr),
    once(child, 'exit') as Promise<[number | null, string | null]>,
  ]);
  return { code, signal, stdout: out, stderr: err.toString() };
}

export function linesOf({ stderr }: Outcome): CapturedLine[] {
  return stderr
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Id, method, result and error type of each request, in the order of its end, and its convention. */
export function requestsOf(lines: readonly CapturedLine[]): unknown[][] {
  return lines
    .filter(({ fields }) => String(fields['event.name']).endsWith('request'))
    .map(({ fields }) => [
      fields['event.name'],
      fields.request_id,
      fields.method,
      fields.result,
      fields['error.type'],
    ]);
}

/** For each process that was started, the id of the request in whose trace it was; null where in none. */
export function startersOf(lines: readonly CapturedLine[]): Record<string, unknown> {
  const requests = lines.filter(({ fields }) => fields.traceparent !== undefined);
  const processes = lines.filter(({ fields }) => fields['event.name'] === 'child_process.exit');
  return Object.fromEntries(
    processes.map(({ fields }) => [
      fields['process.executable.name'],
      requests.find((line) => String(line.fields.traceparent).includes(String(fields.trace_id)))
        ?.fields.request_id ?? null,
    ]),
  );
}

export function asLines(...messages: readonly unknown[]): string {
  return messages.map((message) => `${JSON.stringify(message)}\n`).join('');
}

export function withHeaders(...messages: readonly unknown[]): string {
  return messages
    .map((message) => {
      const body = JSON.stringify(message);
      return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    })
    .join('');
}

export function call(id: unknown, method: string, params?: unknown) {
  return { jsonrpc: '2.0', id, method, ...(params !== undefined && { params }) };
}
