import { constants } from 'node:os';

/** The signals that ask a process to end. Any other one does so only if the process dies of it. */
const ENDING: readonly string[] = [
  'SIGTERM',
  'SIGKILL',
  'SIGINT',
  'SIGQUIT',
  'SIGABRT',
  'SIGBREAK',
];

/** The signals that an app has sent to one child. */
export class Termination {
  readonly #signals = new Set<string>();

  /**
   * Tells of a signal that was sent.
   * @param signal as `child.kill()` takes it: a name, a number, or undefined for SIGTERM
   */
  sent(signal: unknown): void {
    this.#signals.add(signalName(signal));
  }

  /**
   * Whether the app asked for the end that came.
   * @param exitSignal the signal that killed the child, or null
   */
  explains(exitSignal: string | null): boolean {
    return (
      ENDING.some((signal) => this.#signals.has(signal)) ||
      (exitSignal !== null && this.#signals.has(exitSignal))
    );
  }
}

function signalName(signal: unknown): string {
  if (signal === undefined) return 'SIGTERM';
  if (typeof signal !== 'number') return String(signal).toUpperCase();
  return Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ?? '';
}
