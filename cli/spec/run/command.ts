import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { killTree } from './process-state.js';

const OTEL_EXEC = fileURLToPath(new URL('../../../../cli/bin/otel-exec.js', import.meta.url));

/** How a command is started. */
export interface Start {
  /** Options of `run`, in front of the command. */
  readonly options?: readonly string[];
  /** Beside PATH and HOME alone. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly stdio?: StdioOptions;
  readonly input?: string;
  readonly detached?: boolean;
}

/** How a command has ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The arguments that start a command under `otel-exec run`, the program first. */
export function underRun(
  command: readonly string[],
  options: readonly string[] = [],
): [string, ...string[]] {
  return [process.execPath, OTEL_EXEC, 'run', ...options, '--', ...command];
}

/** An environment without what the specs run in. */
export function plainEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, ...more };
}

const started = new Set<ChildProcess>();

/** What a failed spec has left would keep the specs from ending. */
afterEach(() => {
  for (const child of started) {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (child.pid !== undefined && !hasEnded) killTree(child.pid);
    for (const stream of child.stdio) stream?.destroy();
  }
  started.clear();
});

/** Starts a command, with `run` or bare. */
export function start(
  [program = '', ...args]: readonly string[],
  { env, cwd, stdio = 'pipe', detached = false }: Start = {},
): ChildProcess {
  const child = spawn(program, args, { env: plainEnvironment(env), cwd, stdio, detached });
  started.add(child);
  return child;
}

/** Waits for the end of a command. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const [stdout, stderr, [code, signal]] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
    once(child, 'exit') as Promise<[number | null, string | null]>,
  ]);
  return { code, signal, stdout, stderr };
}

/** Runs a command to its end under `otel-exec run`. */
export function run(command: readonly string[], how: Start = {}): Promise<Ended> {
  return complete(underRun(command, how.options), how);
}

/** Runs a command to its end, bare and under `otel-exec run`, which says nothing. */
export async function bareAndRun(command: readonly string[], how: Start = {}) {
  const quiet = { ...how, env: { ...how.env, OTEL_EXEC_LOG: 'off' } };
  const bare = await complete(command, quiet);
  return { bare, under: await run(command, quiet) };
}

function complete(command: readonly string[], how: Start): Promise<Ended> {
  const child = start(command, how);
  child.stdin?.on('error', () => {}).end(how.input ?? '');
  return ended(child);
}

/** The lines that were written on stderr, parsed. */
export function linesIn(stderr: string): { level: string; fields: Record<string, unknown> }[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}
