import { execFileSync } from 'node:child_process';

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
