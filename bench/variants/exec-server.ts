import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Load } from './load.js';

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const TICKS = 100;

/** A running exec server and one connection to it. */
export class ExecServer {
  readonly name: string;
  readonly load: Load;
  readonly #child: ChildProcess;

  private constructor(name: string, child: ChildProcess, load: Load) {
    this.name = name;
    this.#child = child;
    this.load = load;
  }

  /** Starts a command that prints its `ws://` address. @throws Error where it ends before it does */
  static async start(
    name: string,
    [command = '', ...args]: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<ExecServer> {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.resume();
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`${name} ended with ${signal ?? code}`);
    });
    const url = await Promise.race([addressOf(child), ended]);
    ended.catch(() => {});
    return new ExecServer(name, child, await Load.connect(url));
  }

  /** Milliseconds of processor time that the server has used; undefined where the system doesn't tell. */
  get cpuMillis(): number | undefined {
    try {
      const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS;
    } catch {
      return undefined;
    }
  }

  /** Ends it, so that it exports what it still has. */
  async end(): Promise<void> {
    await this.load.close().catch(() => {});
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}

/** The command that starts the example server. */
export const EXAMPLE = [
  process.execPath,
  fileURLToPath(new URL('../../examples/exec-server/main.js', import.meta.url)),
  '--listen',
  'ws://127.0.0.1:0',
] as const;

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [address] = /ws:\/\/\S+/.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
}
