import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { JobControl } from './job-control.js';
import { Terminal } from './terminal.js';

/** What a process can be sent to do something about; what stands for its own faults stays with who has them. */
const FORWARDED = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGABRT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGVTALRM',
  'SIGPROF',
  'SIGTSTP',
  'SIGTTIN',
  'SIGWINCH',
  'SIGURG',
  'SIGIO',
  'SIGPWR',
  'SIGSTKFLT',
  'SIGXCPU',
] as const satisfies readonly NodeJS.Signals[];

/** What asks a program to end. */
const ENDING: ReadonlySet<string> = new Set(['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM']);

/**
 * Sends the command what is sent here, each time, unless the terminal has sent it there already, and stops and goes on
 * as the command does.
 */
export class Forwarding {
  readonly #terminal = new Terminal();
  readonly #asked = new Set<NodeJS.Signals>();
  readonly #jobControl = new JobControl(this.#terminal.there);
  #child: ChildProcess | undefined;
  #interrupt: (() => void) | undefined;

  constructor() {
    for (const signal of FORWARDED) {
      if (signal in constants.signals) process.on(signal, this.#take);
    }
  }

  /** Which signals that ask a program to end have come so far. */
  get asked(): ReadonlySet<NodeJS.Signals> {
    return this.#asked;
  }

  /** Call it at once when the command was started. */
  follow(child: ChildProcess): void {
    this.#child = child;
    this.#jobControl.follow(child);
  }

  /** Settles when the command has ended and a signal asks this program to end too. */
  interrupted(): Promise<void> {
    return new Promise((resolve) => {
      this.#interrupt = resolve;
    });
  }

  /** Leaves every signal to the system again. */
  end(): void {
    for (const signal of FORWARDED) process.off(signal, this.#take);
    this.#jobControl.end();
  }

  readonly #take = (signal: NodeJS.Signals): void => {
    if (ENDING.has(signal)) {
      this.#asked.add(signal);
      this.#interrupt?.();
    }
    const child = this.#child;
    if (child === undefined || this.#terminal.hasSent(signal)) return;
    this.#jobControl.forwards(signal);
    child.kill(signal);
  };
}
