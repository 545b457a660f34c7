import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** An open descriptor, as Linux shows it. */
export interface Descriptor {
  readonly number: number;
  /** What it is open on: a path, or a kind and the number of an inode. */
  readonly target: string;
  /** Whether it is closed in what is started. */
  readonly closedOnExec: boolean;
}

const O_CLOEXEC = 0o2_000_000;
const STDERR = 2;
const OF_NODE = /^anon_inode:/;

/**
 * The descriptors above stderr that this process was started with and that Node would keep from the command: it has
 * marked them as its own. Those that it has left alone go on to the command by themselves. Empty where `/proc` is not
 * there.
 * @see https://docs.libuv.org/en/v1.x/process.html#c.uv_disable_stdio_inheritance
 */
export function heldDescriptors(): number[] {
  if (process.platform !== 'linux') return [];
  return inheritedAmong(readDescriptors());
}

/**
 * Which of the open descriptors were there before Node opened its own. The system gives out the lowest number that is
 * free, so whatever is below Node's first was there; above it, Node's own are its event loops and the pipes with both ends
 * here.
 */
export function inheritedAmong(descriptors: readonly Descriptor[]): number[] {
  const above = descriptors.filter(({ number }) => number > STDERR);
  const first = Math.min(
    ...above.filter(({ target }) => OF_NODE.test(target)).map(({ number }) => number),
  );
  const isInherited = ({ number, target }: Descriptor) => {
    if (number < first) return true;
    if (OF_NODE.test(target)) return false;
    const ends = above.filter((other) => other.target === target);
    return (
      !target.startsWith('pipe:') || ends.length === 1 || ends.some((end) => end.number < first)
    );
  };
  return above.filter((one) => one.closedOnExec && isInherited(one)).map(({ number }) => number);
}

function readDescriptors(): Descriptor[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .sort((a, b) => a - b)
    .flatMap((number) => {
      try {
        const target = readlinkSync(`/proc/self/fd/${number}`);
        const info = readFileSync(`/proc/self/fdinfo/${number}`, 'latin1');
        const flags = Number.parseInt(/^flags:\s*(\d+)/m.exec(info)?.[1] ?? '0', 8);
        return [{ number, target, closedOnExec: (flags & O_CLOEXEC) !== 0 }];
      } catch {
        return [];
      }
    });
}
