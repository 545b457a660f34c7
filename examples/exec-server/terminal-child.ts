import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, resolve } from 'node:path';
import type { IPty } from '@lydell/node-pty';
import type { Process } from 'otel-exec';
import type { Child, ChildListener, Launch } from './child.js';
import { signalName } from './process-group.js';
import { CODES, RpcError } from './rpc-error.js';
import { TerminalInput } from './terminal-input.js';

/**
 * Starts a child on a terminal of its own.
 * @throws RpcError where no terminals can be had; else the operating system's error
 */
export async function startOnTerminal(
  launch: Launch,
  listener: ChildListener,
  lifecycle: Process | undefined,
): Promise<Child> {
  const { spawn } = await loadTerminals();
  const { argv, cwd, env } = launch;
  const file = await findExecutable(argv[0], cwd, env.PATH);
  const pty = spawn(file, argv.slice(1), { name: 'xterm-256color', cwd, env, encoding: null });
  lifecycle?.spawned(pty.pid);
  return new TerminalChild(pty, listener, lifecycle);
}

async function loadTerminals(): Promise<typeof import('@lydell/node-pty')> {
  try {
    return await import('@lydell/node-pty');
  } catch {
    throw new RpcError(
      CODES.internalError,
      'tty: true needs the package @lydell/node-pty, which is not installed for this platform',
    );
  }
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

class TerminalChild implements Child {
  readonly #pty: IPty;
  readonly #input: TerminalInput;

  constructor(pty: IPty, listener: ChildListener, lifecycle: Process | undefined) {
    this.#pty = pty;
    this.#input = new TerminalInput(pty);
    pty.onData((data) => listener.output('pty', Buffer.from(data)));
    pty.onExit(({ exitCode, signal }) => {
      const killer = signal ? signalName(signal) : undefined;
      const code = killer === undefined ? exitCode : null;
      listener.exited(code, killer ?? null);
      lifecycle?.exited(code, killer ?? null);
      listener.closed();
    });
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
}
