import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** How a program ended and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Which flags and variables a program is started with. */
export interface Run {
  /** Default: `--import otel-exec/register`. */
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Default: an ES module. */
  readonly format?: 'module' | 'commonjs';
  /** Default: this repository. */
  readonly cwd?: string | URL;
}

const REGISTER = ['--import', 'otel-exec/register'];
const repository = new URL('../../..', import.meta.url);

/** Starts a program with no OpenTelemetry variables but those given. */
export function startProgram(
  source: string,
  { flags = REGISTER, env = {}, format = 'module', cwd = repository }: Run = {},
): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  return spawn(process.execPath, [...flags, `--input-type=${format}`, '--eval', source], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
  });
}

/** Waits for a program's end. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    once(child, 'exit') as Promise<[number | null, string | null]>,
  ]);
  return { code, signal, stdout, stderr };
}

/** Runs a program to its end. */
export function runProgram(source: string, run?: Run): Promise<Ended> {
  return ended(startProgram(source, run));
}
