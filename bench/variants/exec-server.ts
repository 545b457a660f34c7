import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from './client.js';

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const TICKS = 100;
const KIBI = 1_024;

/** How late a server's event loop was, milliseconds. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
}

/** A running exec server and one connection to it. */
export class ExecServer {
  readonly name: string;
  readonly client: Client;
  readonly #child: ChildProcess;

  private constructor(name: string, child: ChildProcess, client: Client) {
    this.name = name;
    this.#child = child;
    this.client = client;
  }

  /**
   * Starts a command that prints its `ws://` address.
   * @param client path of the compiled client
   * @throws Error where it ends before it does
   */
  static async start(
    name: string,
    [command = '', ...args]: readonly string[],
    env: Readonly<Record<string, string>>,
    client: string,
  ): Promise<ExecServer> {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', ...(command === process.execPath ? ['ipc' as const] : [])],
    });
    child.stderr?.resume();
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`${name} ended with ${signal ?? code}`);
    });
    const url = await Promise.race([addressOf(child), ended]);
    ended.catch(() => {});
    return new ExecServer(name, child, new Client(client, url));
  }

  /** Milliseconds of processor time that the server has used; no number where the system doesn't tell. */
  get cpuMillis(): number {
    const stat = this.#read('stat');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS;
  }

  /** Mebibytes that are resident; no number where the system doesn't tell. */
  get residentMebibytes(): number {
    return Number(/VmRSS:\s+(\d+) kB/.exec(this.#read('status'))?.[1]) / KIBI;
  }

  /** Looks at the event loop of a server of Node while something is done. */
  async loopDelayDuring(work: () => Promise<void>): Promise<LoopDelay | undefined> {
    if (this.#child.channel == null) {
      await work();
      return undefined;
    }
    await this.#ask('begin');
    await work();
    return (await this.#ask('tell')) as LoopDelay;
  }

  /** Ends it, so that it exports what it still has. */
  async end(): Promise<void> {
    await this.client.close();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }

  async #ask(question: string): Promise<unknown> {
    const answered = once(this.#child, 'message');
    this.#child.send(question);
    const [answer] = await answered;
    return answer;
  }

  #read(what: string): string {
    try {
      return readFileSync(`/proc/${this.#child.pid}/${what}`, 'utf8');
    } catch {
      return '';
    }
  }
}

/** The command that starts the example server, and tells of its event loop. */
export const EXAMPLE = [
  process.execPath,
  '--import',
  new URL('../workers/loop-delay.js', import.meta.url).href,
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
