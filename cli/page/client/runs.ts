import { TerminalText } from './terminal-text.js';
import { bytesOf, type WireParams } from './wire.js';

/** How a command is run. */
export type RunMode = 'shell' | 'direct' | 'terminal';

/** A command that this page ran. */
export interface Run {
  readonly processId: string;
  readonly command: string;
  readonly output: TerminalText;
  /** Whether it runs and this page may signal it. */
  alive: boolean;
}

const MAX_RUNS = 100;
const KEY = 'exec-server-commands';

/**
 * The commands that this page ran. No signal says what they were, so the tab itself remembers that; what
 * they wrote is known only to the connection that started them, and gone with the page.
 */
export class Runs {
  readonly #runs = new Map<string, Run>();
  readonly #commands: Map<string, string>;

  constructor() {
    this.#commands = new Map(remembered());
  }

  get(processId: string | undefined): Run | undefined {
    return processId === undefined ? undefined : this.#runs.get(processId);
  }

  /** What was typed for a process, by this page or by the one before it in this tab. */
  commandOf(processId: string | undefined): string | undefined {
    return processId === undefined ? undefined : this.#commands.get(processId);
  }

  /** What was typed, the oldest first. */
  commands(): string[] {
    return [...this.#commands.values()];
  }

  /** How many run. */
  get alive(): number {
    return [...this.#runs.values()].filter(({ alive }) => alive).length;
  }

  /** Takes a command that is about to be run. */
  begin(command: string): Run {
    const processId = crypto.randomUUID();
    const run = { processId, command, output: new TerminalText(), alive: true };
    this.#runs.set(processId, run);
    this.#commands.set(processId, command);
    forgetOldest(this.#runs, ({ alive }) => !alive);
    forgetOldest(this.#commands, () => true);
    sessionStorage.setItem(KEY, JSON.stringify([...this.#commands]));
    return run;
  }

  /** Takes what the server tells of a process. */
  notified(method: string, { processId, stream, chunk }: WireParams): void {
    const run = this.#runs.get(processId);
    if (run === undefined) return;
    if (method === 'process/exited') run.alive = false;
    if (stream !== undefined && chunk !== undefined) run.output.write(stream, bytesOf(chunk));
  }

  /** The connection is gone, and with it the processes. */
  lost(): void {
    for (const run of this.#runs.values()) run.alive = false;
  }
}

/** The words of a command without a shell; quotes hold words together. */
export function wordsOf(command: string): string[] {
  const words = command.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}

function remembered(): [string, string][] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as [string, string][];
  } catch {
    return [];
  }
}

function forgetOldest<T>(map: Map<string, T>, mayGo: (value: T) => boolean): void {
  for (const [key, value] of map) {
    if (map.size <= MAX_RUNS) return;
    if (mayGo(value)) map.delete(key);
  }
}
