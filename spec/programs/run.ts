import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import type { CapturedLine } from 'otel-exec/testing';
import { readStderr } from './stderr.js';

/** A program, and what its peer does with it. */
export interface Program {
  /** The Node that runs it. Default: this one. */
  readonly execPath?: string;
  /** The file that Node runs. */
  readonly path: string;
  /** Its arguments; `$PORT` in one of them stands for the port of its environment. */
  readonly args: readonly string[];
  readonly environment?: () => Promise<Record<string, string>>;
  readonly folder: string;
  /** Talks to it and asks it to end, or waits for its end; what it returns is compared too. */
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
  /** The event lines of otel-exec. */
  readonly events: readonly CapturedLine[];
  /** What otel-exec told beside them. */
  readonly told: readonly string[];
  /** What the doctor has to say of each instrumentation at the end. */
  readonly seen: ReadonlyMap<string, string>;
}

const register = pathToFileURL(
  new URL('../../../dist/register.js', import.meta.url).pathname,
).toString();
const PATIENCE_MILLIS = 5_000;

/** Runs a program, as it is or with `otel-exec/register`; nothing else differs. */
export async function run(program: Program, instrumented: boolean): Promise<Run> {
  const environment = {
    ...withoutTelemetry(process.env),
    ...(await program.environment?.()),
    ...(instrumented && { OTEL_EXEC_DOCTOR: '1' }),
  };
  const flags = instrumented ? ['--import', register] : [];
  const { PORT = '' }: Variables = environment;
  const args = program.args.map((arg) => arg.replace('$PORT', PORT));
  const child = spawn(program.execPath ?? process.execPath, [...flags, program.path, ...args], {
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
  const { own, ...told } = readStderr(Buffer.concat(stderr).toString());
  return { stdout: Buffer.concat(stdout).toString('latin1'), stderr: own, exit, heard, ...told };
}

function collect(stream: NodeJS.ReadableStream): Buffer[] {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return chunks;
}

function withoutTelemetry(environment: Variables): Variables {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(OTEL_|TRACE|NODE_OPTIONS$)/.test(name)),
  );
}
