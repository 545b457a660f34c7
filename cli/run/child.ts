import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';

/** How a command has ended. */
export interface Exit {
  /** Null where a signal killed it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The end of a command that was started, or the error where it could not be. */
export interface Ended {
  /** When, milliseconds, as `performance.now()` has it. */
  readonly moment: number;
  /** Undefined where it could not be started. */
  readonly exit?: Exit;
  readonly error?: unknown;
}

/** A command that was started, or could not be. */
export interface Child {
  /** Undefined where it could not be started. */
  readonly process: ChildProcess | undefined;
  /** Settles when it has exited, or could not be started. Never rejects. */
  readonly ended: Promise<Ended>;
}

/**
 * Starts a command where this process is: the same directory, group, terminal and descriptors.
 * @param argv the command first
 * @param held descriptors above stderr that Node would keep
 * @param outputs descriptors in place of stdout and stderr
 */
export function startChild(
  [command, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
  held: readonly number[],
  outputs: readonly [stdout: number, stderr: number] | undefined,
): Child {
  const stdio: StdioOptions = ['inherit', ...(outputs ?? (['inherit', 'inherit'] as const))];
  for (const number of held) {
    while (stdio.length < number) stdio.push('ignore');
    stdio[number] = number;
  }
  const child = attempt(() => spawn(command, args, { stdio, env }));
  if (!(child instanceof EventEmitter)) {
    return { process: undefined, ended: Promise.resolve({ moment: performance.now(), ...child }) };
  }
  const ended = new Promise<Ended>((resolve) => {
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ moment: performance.now(), error });
    });
    child.on('exit', (code, signal) => {
      resolve({ moment: performance.now(), exit: { code, signal } });
    });
  });
  return { process: child.pid === undefined ? undefined : child, ended };
}

/** Node throws where an argument can't be one, and otherwise tells later. */
function attempt<T>(start: () => T): T | { readonly error: unknown } {
  try {
    return start();
  } catch (error) {
    return { error };
  }
}
