import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type CapturedLine, LineCapture } from 'otel-exec/testing';

/** The command line's program. */
export const OTEL_EXEC = fileURLToPath(
  new URL('../../../../cli/bin/otel-exec.js', import.meta.url),
);

type Variables = Readonly<Record<string, string | undefined>>;

/** How a server is started. */
export interface Start {
  /** Options of `tap`. */
  readonly options?: readonly string[];
  readonly environment?: Variables;
}

/** Nothing of who runs the specs. */
export function withoutTelemetry(environment: Variables = process.env): Variables {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^(OTEL_|TRACE|BAGGAGE|NODE_OPTIONS$)/.test(name),
    ),
  );
}

/** A command line that runs a program of Node given as text. */
export function program(text: string): readonly string[] {
  return [process.execPath, '-e', text];
}

/** A server behind `otel-exec tap`, as its client sees it. */
export class Tapped implements AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it writes to stderr, which the server must leave alone. */
  readonly lines: LineCapture;
  readonly exit: Promise<[code: number | null, signal: string | null]>;

  constructor(server: readonly string[], { options = [], environment = {} }: Start = {}) {
    this.child = spawn(process.execPath, [OTEL_EXEC, 'tap', ...options, '--', ...server], {
      env: { ...withoutTelemetry(), ...environment },
    });
    this.child.stdin.on('error', () => {});
    this.lines = new LineCapture(this.child.stderr);
    this.exit = once(this.child, 'exit') as Promise<[number | null, string | null]>;
  }

  /** Sends a message a line. */
  send(...messages: readonly unknown[]): void {
    this.child.stdin.write(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  }

  /** Waits for what the server says up to some text. */
  async heard(text: string): Promise<string> {
    let heard = '';
    for await (const chunk of this.child.stdout.iterator({ destroyOnReturn: false })) {
      heard += chunk;
      if (heard.includes(text)) break;
    }
    return heard;
  }

  /** The events, once it has ended. */
  async events(): Promise<readonly CapturedLine[]> {
    await this.exit;
    return this.lines.end();
  }

  /** Ends what a failed spec has left. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) child.kill();
    child.stdin.destroy();
    await this.exit;
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** What an event says of one request: its name, method, id, result and error type. */
export function summaryOf({ fields }: CapturedLine): unknown[] {
  const { method, method_original, result, request_id } = fields;
  return [
    fields['event.name'],
    request_id,
    method_original ?? method,
    result,
    fields['error.type'],
  ];
}
