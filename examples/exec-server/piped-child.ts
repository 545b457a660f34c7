import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Process } from 'otel-exec';
import type { Child, ChildListener, Launch } from './child.js';
import { ProcessGroup } from './process-group.js';

/**
 * Starts a child on pipes.
 * @throws the operating system's error
 */
export async function startPiped(
  launch: Launch,
  listener: ChildListener,
  lifecycle: Process | undefined,
): Promise<Child> {
  const { argv, arg0, cwd, env, pipeStdin } = launch;
  const child = spawn(argv[0], argv.slice(1), {
    cwd,
    env,
    stdio: [pipeStdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
    ...(arg0 !== undefined && { argv0: arg0 }),
  });
  child.on('error', () => {});
  child.once('exit', (code, signal) => listener.exited(code, signal));
  lifecycle?.observe(child);
  child.stdout?.on('data', (bytes: Buffer) => listener.output('stdout', bytes));
  child.stderr?.on('data', (bytes: Buffer) => listener.output('stderr', bytes));
  child.stdin?.on('error', () => {});
  child.once('close', () => listener.closed());
  await once(child, 'spawn');
  return new PipedChild(child);
}

class PipedChild implements Child {
  readonly group: ProcessGroup;
  readonly #child: ChildProcess;
  #paused = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.group = new ProcessGroup(child.pid as number);
    for (const stream of this.#outputs) {
      // Node 20 to 24 resumes a child's streams when the child exits, whoever still writes to them.
      stream.on('resume', () => {
        if (this.#paused) stream.pause();
      });
    }
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  write(bytes: Buffer): Promise<boolean> {
    const { stdin } = this.#child;
    return stdin === null ? Promise.resolve(false) : writeBytes(stdin, bytes);
  }

  closeStdin(): void {
    this.#child.stdin?.end();
  }

  pause(): void {
    this.#paused = true;
    for (const stream of this.#outputs) stream.pause();
  }

  resume(): void {
    this.#paused = false;
    for (const stream of this.#outputs) stream.resume();
  }

  abandon(): void {
    for (const stream of [this.#child.stdin, ...this.#outputs]) stream?.destroy();
  }

  get #outputs(): Readable[] {
    return [this.#child.stdout, this.#child.stderr].filter((stream) => stream !== null);
  }
}

/** Writes to a stream; settles when it was taken, or with false when it can't be any more. */
function writeBytes(stream: Writable, bytes: Buffer): Promise<boolean> {
  if (!stream.writable) return Promise.resolve(false);
  return new Promise((resolve) => {
    stream.write(bytes, (error) => resolve(error === undefined || error === null));
  });
}
