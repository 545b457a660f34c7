import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** What a command wrote. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command with no OpenTelemetry variables but those given.
 * @throws Error with the end of what it wrote, where it fails or takes more than five minutes
 */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Output> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  const env = { ...Object.fromEntries(inherited), ...options.env };
  try {
    return await execute(command, args, { ...options, env, timeout: 300_000 });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & Partial<Output>;
    throw new Error(`${message.split('\n')[0]}\n${`${stdout}${stderr}`.slice(-2_000)}`);
  }
}

/** Runs tasks, so many at a time. */
export async function inParallel(
  limit: number,
  tasks: Iterable<() => Promise<void>>,
): Promise<void> {
  const queue = [...tasks];
  const work = async () => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) await task();
  };
  await Promise.all(Array.from({ length: limit }, work));
}
