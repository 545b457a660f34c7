import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/**
 * A folder with a program and its own `node_modules`, where packages have their real names, by which module
 * hooks know them. It is inside of this repository, so that everything else resolves as usual.
 */
export class ProgramFolder implements Disposable {
  readonly #path: string;
  readonly #children: ChildProcess[] = [];

  /** @param packages which installed package (by its alias) stands under which name */
  constructor(packages: Readonly<Record<string, string>> = {}) {
    mkdirSync(join(root, 'build/programs'), { recursive: true });
    this.#path = mkdtempSync(join(root, 'build/programs/'));
    for (const [name, alias] of Object.entries(packages)) {
      cpSync(join(root, 'node_modules', alias), join(this.#path, 'node_modules', name), {
        recursive: true,
      });
    }
  }

  /** Writes a program and starts it; stdin, stdout and stderr are pipes, and there is an IPC channel. */
  start(name: string, source: string, execArgv: readonly string[], options: ForkOptions = {}) {
    const path = this.write(name, source);
    const child = fork(path, { execArgv: [...execArgv], silent: true, ...options });
    this.#children.push(child);
    return child as ChildProcess & {
      stdin: NodeJS.WritableStream;
      stdout: Readable;
      stderr: Readable;
    };
  }

  /** Writes a file, such as a program that another one starts; gives its path. */
  write(name: string, source: string): string {
    const path = join(this.#path, name);
    writeFileSync(path, source);
    return path;
  }

  /** Removes the folder, and ends what a failed test has left running. */
  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.#path, { recursive: true, force: true });
  }
}

/** Everything a stream gives, as text. */
export async function textOf(stream: Readable): Promise<string> {
  const chunks: string[] = [];
  stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  if (!stream.readableEnded) await once(stream, 'close');
  return chunks.join('');
}
