import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of a given size, mounted on a directory: a tmpfs. Needs the right to mount, or `sudo`. */
export class SmallDisk implements Disposable {
  readonly #directory: string;

  constructor(directory: string, mebibytes: number) {
    this.#directory = directory;
    const { uid, gid } = { uid: process.getuid?.(), gid: process.getgid?.() };
    asRoot(
      'mount',
      '-t',
      'tmpfs',
      '-o',
      `size=${mebibytes}m,uid=${uid},gid=${gid}`,
      'none',
      directory,
    );
  }

  /** Takes all the space that is left. */
  fill(): void {
    const file = openSync(join(this.#directory, 'filler'), 'w');
    try {
      for (;;) writeSync(file, Buffer.alloc(4096));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  /** Gives it another size. */
  resize(mebibytes: number): void {
    asRoot('mount', '-o', `remount,size=${mebibytes}m`, this.#directory);
  }

  /** Unmounts it, as soon as nobody uses it. */
  [Symbol.dispose](): void {
    asRoot('umount', '--lazy', this.#directory);
  }
}

function asRoot(...command: readonly string[]): void {
  const [file = '', ...args] = process.getuid?.() === 0 ? command : ['sudo', '-n', ...command];
  execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
