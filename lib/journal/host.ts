import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** A process of some machine, so that another one that got its pid later isn't taken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from the machine's boot to its start; undefined where that isn't known. */
  readonly started: string | undefined;
}

/** A process that keeps a journal, and where its pids mean something. */
export interface HostIdentity extends ProcessIdentity {
  /** Which boot of which machine; undefined where there is no /proc. */
  readonly boot: string | undefined;
  /** The inode of the pid namespace, likewise. */
  readonly namespace: string | undefined;
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const STATE = 3;
const START_TIME = 22;
/** Where the fields begin that stand after the name, which may hold anything. */
const AFTER_NAME = 3;
const ENDED = /^[ZXx]$/;

let own: HostIdentity | undefined;

/** The identity of this process. */
export function thisHost(): HostIdentity {
  own ??= {
    boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()),
    namespace: attempt(() => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]),
    pid: process.pid,
    started: startTimeOf(process.pid),
  };
  return own;
}

/** When a process was started, as {@link ProcessIdentity} says it; undefined where that isn't known. */
export function startTimeOf(pid: number): string | undefined {
  return attempt(() => fieldOf(readFileSync(`/proc/${pid}/stat`, 'latin1'), START_TIME));
}

/**
 * Whether a process still runs: one that has ended and waits to be reaped doesn't. Without /proc it is only
 * known of a pid that nobody has. Never rejects.
 * @param host where the pid was seen
 * @returns undefined where that can't be known
 */
export async function isAlive(
  { pid, started }: ProcessIdentity,
  host: Pick<HostIdentity, 'boot' | 'namespace'>,
): Promise<boolean | undefined> {
  const { boot, namespace } = thisHost();
  if (host.boot !== boot) return host.boot === undefined || boot === undefined ? undefined : false;
  if (host.namespace !== namespace) return undefined;
  if (isFree(pid)) return false;
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  if (stat === undefined) return isFree(pid) ? false : undefined;
  if (ENDED.test(fieldOf(stat, STATE) ?? '')) return false;
  return started === undefined ? undefined : fieldOf(stat, START_TIME) === started;
}

function isFree(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function fieldOf(stat: string, number: number): string | undefined {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ', START_TIME)[number - AFTER_NAME];
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
