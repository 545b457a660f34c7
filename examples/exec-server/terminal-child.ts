import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { getSystemErrorMap } from 'node:util';
import type { IPty } from '@lydell/node-pty';
import type { Process } from 'otel-exec';
import type { Child, ChildListener, Launch } from './child.js';
import { ProcessGroup, signalName } from './process-group.js';
import { readProcessStat } from './process-stat.js';
import { TerminalInput } from './terminal-input.js';
import { loadTerminals } from './terminals.js';

const POLL_MILLIS = 1;

/**
 * Starts a child on a terminal of its own.
 * @throws RpcError where no terminals can be had; else the operating system's error
 */
export async function startOnTerminal(
  launch: Launch,
  listener: ChildListener,
  lifecycle: Process | undefined,
): Promise<Child> {
  const spawn = await loadTerminals();
  const { argv, cwd, env } = launch;
  const file = await findExecutable(argv[0], cwd, env.PATH);
  const pty = spawn(file, argv.slice(1), { name: 'xterm-256color', cwd, env, encoding: null });
  const child = new TerminalChild(pty, listener, lifecycle);
  await child.executed();
  return child;
}

// A terminal's child is forked before it is executed, so a missing executable would look like an exit.
async function findExecutable(name: string, cwd: string, path = '/usr/bin:/bin'): Promise<string> {
  await access(cwd);
  const candidates =
    isAbsolute(name) || name.includes('/')
      ? [resolve(cwd, name)]
      : path.split(delimiter).map((folder) => resolve(cwd, folder, name));
  const found = await Promise.allSettled(
    candidates.map(async (file) => {
      await access(file, constants.X_OK);
      return file;
    }),
  );
  const first = found.find((attempt) => attempt.status === 'fulfilled');
  if (first !== undefined) return first.value;
  throw found[0]?.status === 'rejected' ? found[0].reason : new Error('no such executable');
}

// What node-pty 1.1's fork writes to the terminal before it exits with 1, where it can't become the program:
// https://github.com/microsoft/node-pty/blob/v1.1.0/src/unix/pty.cc
const FORK_FAILURE = /^(?:chdir|execvp)\(\d\) failed\.: (.+)\r\n$/;

class TerminalChild implements Child {
  readonly group: ProcessGroup;
  readonly #pty: IPty;
  readonly #input: TerminalInput;
  readonly #listener: ChildListener;
  readonly #lifecycle: Process | undefined;
  readonly #exited: Promise<{ readonly exitCode: number; readonly signal?: number }>;
  /** What it wrote before it was known to be executed. */
  #early: Buffer[] | undefined = [];

  constructor(pty: IPty, listener: ChildListener, lifecycle: Process | undefined) {
    this.#pty = pty;
    this.group = new ProcessGroup(pty.pid);
    this.#input = new TerminalInput(pty);
    this.#listener = listener;
    this.#lifecycle = lifecycle;
    pty.onData((data) => {
      const bytes = Buffer.from(data);
      if (this.#early === undefined) listener.output('pty', bytes);
      else this.#early.push(bytes);
    });
    this.#exited = new Promise((resolve) => pty.onExit(resolve));
  }

  /**
   * Waits until it is the program that it was started as, which a fork becomes later; what it says and how
   * it exits is told only then.
   * @throws the operating system's error where it can't become that program
   */
  async executed(): Promise<void> {
    while (readProcessStat(this.#pty.pid)?.onlyForked) await pause(POLL_MILLIS);
    if (process.platform === 'linux' && readProcessStat(this.#pty.pid) === undefined) {
      const { exitCode } = await this.#exited;
      const [, reason] = FORK_FAILURE.exec(Buffer.concat(this.#early ?? []).toString()) ?? [];
      if (exitCode === 1 && reason !== undefined) throw systemError(reason);
    }
    this.#lifecycle?.spawned(this.#pty.pid);
    setImmediate(() => this.#begin());
  }

  get pid(): number {
    return this.#pty.pid;
  }

  write(bytes: Buffer): Promise<boolean> {
    return this.#input.write(bytes);
  }

  closeStdin(): void {
    // POSIX, General Terminal Interface: end of file is a character that the terminal takes.
    void this.#input.write(Buffer.from('\x04'));
  }

  pause(): void {
    if (this.#input.open) this.#pty.pause();
  }

  resume(): void {
    if (this.#input.open) this.#pty.resume();
  }

  abandon(): void {}

  #begin(): void {
    for (const bytes of this.#early ?? []) this.#listener.output('pty', bytes);
    this.#early = undefined;
    void this.#exited.then(({ exitCode, signal }) => {
      const killer = signal ? signalName(signal) : null;
      const code = killer === null ? exitCode : null;
      this.#listener.exited(code, killer);
      this.#lifecycle?.exited(code, killer);
      this.#listener.closed();
    });
  }
}

/** An error by what strerror(3) says of it. */
function systemError(reason: string): Error {
  const found = [...getSystemErrorMap()].find(([, [, text]]) => text === reason.toLowerCase());
  if (found === undefined) return new Error(reason);
  const [errno, [code]] = found;
  return Object.assign(new Error(reason), { errno, code });
}
