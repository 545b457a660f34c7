import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Variables } from './environment.js';
import type { Wrapper } from './wrapper.js';

/** How a program ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What has a terminal sends this one to everything in its foreground itself. */
const OF_TERMINAL = ['SIGINT', 'SIGQUIT'] as const;
const OF_OTHERS = ['SIGTERM', 'SIGHUP'] as const;

/** A program that is observed by a command of this command line, and has its stdin, stdout and stderr. */
export class Program {
  readonly #child: ChildProcess;
  #askedToEnd = false;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /**
   * Starts one.
   * @param commandLine the path of this command line's executable file
   */
  static start(
    commandLine: string,
    wrapper: Wrapper,
    command: readonly string[],
    env: Variables,
  ): Program {
    const args = [...process.execArgv, commandLine, wrapper, '--', ...command];
    return new Program(spawn(process.execPath, args, { stdio: 'inherit', env: { ...env } }));
  }

  /** Whether somebody asked this process, and so the program, to end. */
  get askedToEnd(): boolean {
    return this.#askedToEnd;
  }

  /** Settles when it has ended; until then, signals go on to it. */
  async ended(): Promise<Exit> {
    const forward = (signal: NodeJS.Signals) => {
      this.#askedToEnd ||= signal === 'SIGTERM' || signal === 'SIGHUP';
      if (!isFromTerminal(signal)) this.#child.kill(signal);
    };
    const signals = [...OF_TERMINAL, ...OF_OTHERS];
    for (const signal of signals) process.on(signal, forward);
    try {
      const [code, signal] = (await once(this.#child, 'exit')) as [Exit['code'], Exit['signal']];
      return { code, signal };
    } finally {
      for (const signal of signals) process.off(signal, forward);
    }
  }
}

function isFromTerminal(signal: NodeJS.Signals): boolean {
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  return OF_TERMINAL.some((one) => one === signal) && hasTerminal === true;
}
