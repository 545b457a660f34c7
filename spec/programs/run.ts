import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import type { CapturedLine } from 'otel-exec/testing';

/** A program, and what its client does with it. */
export interface Program {
  readonly name: string;
  /** The file that Node runs. */
  readonly path: string;
  readonly args: readonly string[];
  readonly environment?: () => Promise<Record<string, string>>;
  readonly folder: string;
  /** Makes what differs between two runs by itself equal. Default: nothing does. */
  readonly level?: (output: string) => string;
  /** Talks to it and asks it to end; what it returns is compared too. */
  converse(child: ChildProcessWithoutNullStreams, environment: Variables): Promise<unknown>;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** What can be seen of one run from outside. */
export interface Run {
  readonly stdout: string;
  /** What the program itself writes to stderr, line by line. */
  readonly stderr: readonly string[];
  readonly exit: readonly unknown[];
  readonly heard: unknown;
  /** The lines of otel-exec. */
  readonly events: readonly CapturedLine[];
}

const register = pathToFileURL(
  new URL('../../../dist/register.js', import.meta.url).pathname,
).toString();
const PATIENCE_MILLIS = 5_000;

/** Runs a program, as it is or with `otel-exec/register`; nothing else differs. */
export async function run(program: Program, instrumented: boolean): Promise<Run> {
  const environment = { ...withoutTelemetry(process.env), ...(await program.environment?.()) };
  const flags = instrumented ? ['--import', register] : [];
  const child = spawn(process.execPath, [...flags, program.path, ...program.args], {
    cwd: program.folder,
    env: environment,
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const exited = once(child, 'exit');
  const closed = once(child, 'close');
  const heard = await program.converse(child, environment);
  child.stdin.end();
  const timer = setTimeout(() => child.kill(), PATIENCE_MILLIS);
  const exit = await exited;
  clearTimeout(timer);
  await closed;
  const lines = Buffer.concat(stderr).toString().split('\n').filter(Boolean);
  const events = lines.flatMap((line) => eventOf(line) ?? []);
  return {
    stdout: Buffer.concat(stdout).toString('latin1'),
    stderr: lines.filter((line) => eventOf(line) === undefined),
    exit,
    heard,
    events,
  };
}

function collect(stream: NodeJS.ReadableStream): Buffer[] {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return chunks;
}

function eventOf(line: string): CapturedLine | undefined {
  try {
    const parsed = JSON.parse(line);
    return parsed?.fields?.['event.name'] === undefined ? undefined : parsed;
  } catch {
    return undefined;
  }
}

function withoutTelemetry(environment: Variables): Variables {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(OTEL_|TRACE|NODE_OPTIONS$)/.test(name)),
  );
}
