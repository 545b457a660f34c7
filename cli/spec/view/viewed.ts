import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../../../cli/bin/otel-exec.js', import.meta.url));

/** What is known of a span by OTLP's JSON. */
export interface Span {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

/** `otel-exec view` as a program. */
export class ViewProgram implements AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it has said. */
  stderr = '';
  stdout = '';
  readonly #exited: Promise<unknown[]>;

  /** Starts one. @param variables more of them, or undefined for less */
  constructor(args: readonly string[], variables: NodeJS.ProcessEnv = {}) {
    const env = { ...withoutTelemetry(), ...variables };
    this.child = spawn(process.execPath, [BIN, 'view', ...args], { env });
    this.child.stdout.on('data', (chunk) => {
      this.stdout += chunk;
    });
    this.child.stderr.on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.#exited = once(this.child, 'close');
  }

  /** Settles when it has said something, and gives what the pattern's first group found. */
  async said(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.stderr);
      if (found) return found[1] ?? found[0];
      const ended = this.#exited.then(() => 'ended');
      if ((await Promise.race([once(this.child.stderr, 'data'), ended])) === 'ended') {
        throw new Error(`it ended without saying ${pattern}: ${this.stderr}`);
      }
    }
  }

  /** Where it says that its page is, without a slash at the end. */
  url(): Promise<string> {
    return this.said(/(http:\/\/127[.]0[.]0[.]1:\d+)\/\n/);
  }

  /** How it ended. */
  async exit(): Promise<{ code: unknown; signal: unknown }> {
    const [code, signal] = await this.#exited;
    return { code, signal };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#exited;
  }
}

/** Every span of a recording. */
export async function spansIn(path: string): Promise<Span[]> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  return lines
    .map((line) => JSON.parse(line))
    .flatMap(({ resourceSpans = [] }) => resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans);
}

function withoutTelemetry(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:OTEL_|TRACE|NODE_OPTIONS$)/.test(name)),
  );
}
