import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { readProcess } from './process-table.js';

const STOPPING = ['SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGSTOP'] as const;

/**
 * Stops when the command stops, by the same signal, so that whoever waits for this program sees that, and has the
 * command go on when this program goes on. Without a terminal, nobody but who has stopped the command knows when it
 * goes on; this program then stops only if the signal came through here.
 */
export class JobControl {
  readonly #hasTerminal: boolean;
  #child: ChildProcess | undefined;
  #forwarded = false;

  constructor(hasTerminal: boolean) {
    this.#hasTerminal = hasTerminal;
    process.on('SIGCHLD', this.#lookSoon);
    process.on('SIGCONT', this.#goOn);
  }

  /** Call it at once when the command was started. */
  follow(child: ChildProcess): void {
    this.#child = child;
  }

  /** Call it before a signal is sent on. */
  forwards(signal: NodeJS.Signals): void {
    this.#forwarded ||= STOPPING.includes(signal as never);
  }

  /** Leaves the signals to the system again. */
  end(): void {
    process.off('SIGCHLD', this.#lookSoon);
    process.off('SIGCONT', this.#goOn);
  }

  /** A SIGCONT that has come as well is heard first: who goes on before it has stopped would never go on. */
  readonly #lookSoon = (): void => {
    setImmediate(() => this.#look());
  };

  #look(): void {
    const child = this.#running();
    if (child?.pid === undefined || !(this.#hasTerminal || this.#forwarded)) return;
    const entry = readProcess(child.pid);
    if (!entry?.stopped) return;
    this.#forwarded = false;
    const signal = STOPPING.find((name) => constants.signals[name] === entry.stopSignal);
    leaveToSystem([...STOPPING, 'SIGCONT'], () => {
      process.kill(process.pid, signal ?? 'SIGSTOP');
      this.#goOn();
    });
  }

  readonly #goOn = (): void => {
    const child = this.#running();
    if (child?.pid === undefined) return;
    if (this.#forwarded || readProcess(child.pid)?.stopped) child.kill('SIGCONT');
    this.#forwarded = false;
  };

  #running(): ChildProcess | undefined {
    const child = this.#child;
    return child?.exitCode === null && child.signalCode === null ? child : undefined;
  }
}

/** Acts while signals do what they do to a program that listens for none: whoever stops both then has stopped both. */
function leaveToSystem(signals: readonly NodeJS.Signals[], act: () => void): void {
  const left = signals.map((signal) => ({ signal, listeners: process.listeners(signal) }));
  for (const signal of signals) process.removeAllListeners(signal);
  act();
  for (const { signal, listeners } of left) {
    for (const listener of listeners) process.on(signal, listener);
  }
}
