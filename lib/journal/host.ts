import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Where a pid means something. */
export interface PidSpace {
  /** Which boot of which machine; undefined where there is no /proc. */
  readonly boot: string | undefined;
  /** The inode of the pid namespace, likewise. */
  readonly namespace: string | undefined;
}

/** A process that keeps a journal, so that another one that gets its pid later isn't taken for it. */
export interface HostIdentity extends PidSpace {
  readonly pid: number;
  /** Clock ticks from the machine's boot to its start; undefined where there is no /proc. */
  readonly started: number | undefined;
}

/**
 * A moment at which a process was there, by two clocks, since one leaps when it is set and the other stands still
 * while the machine is suspended.
 */
export interface Moment {
  /** Milliseconds since the Unix epoch. */
  readonly wall: number;
  /** Clock ticks since the machine's boot; undefined where there is no /proc. */
  readonly ticks?: number | undefined;
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const STATE = 3;
const START_TIME = 22;
/** Where the fields begin that stand after the name, which may hold anything. */
const AFTER_NAME = 3;
const ENDED = /^[ZXx]$/;
/** Linux: USER_HZ, in which /proc counts, is 100 whatever the kernel's own ticks are. */
const MILLIS_PER_TICK = 10;
/** How late the clocks may be: this thread's begins when Node does, some time after the thread. */
const TOLERANCE_MILLIS = 2_000;

let own: HostIdentity | undefined;
let threadStart: number | undefined;

/** The identity of this process. */
export function thisHost(): HostIdentity {
  if (own === undefined) {
    own = {
      boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()),
      namespace: attempt(() => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]),
      pid: process.pid,
      started: attempt(() => startOf(readFileSync('/proc/self/stat', 'latin1'))),
    };
    threadStart = attempt(() => startOf(readFileSync('/proc/thread-self/stat', 'latin1')));
  }
  return own;
}

/** This moment. It reads no file. */
export function thisMoment(): Moment {
  thisHost();
  const ticks = threadStart && threadStart + Math.ceil(performance.now() / MILLIS_PER_TICK);
  return { wall: Date.now(), ticks };
}

/** Whether a host still runs; undefined where that can't be known. Never rejects. */
export async function isHostAlive(host: HostIdentity): Promise<boolean | undefined> {
  const found = await startTimeOf(host.pid, host);
  if (typeof found !== 'number' || host.started === undefined)
    return found === 'none' ? false : undefined;
  return found === host.started;
}

/**
 * Whether a process still runs: one that has ended and waits to be reaped doesn't. Whoever has its pid now is
 * it exactly if he was started before it was last known to have the pid. Never rejects.
 * @param known a moment at which the process had the pid
 * @param space where it had it
 * @returns undefined where that can't be known
 */
export async function isProcessAlive(
  pid: number,
  known: Moment,
  space: PidSpace,
): Promise<boolean | undefined> {
  const found = await startTimeOf(pid, space);
  if (found === 'none') return false;
  if (found === 'unknown' || threadStart === undefined || known.ticks === undefined)
    return undefined;
  const sinceKnown = (found - known.ticks) * MILLIS_PER_TICK;
  const started = performance.timeOrigin + (found - threadStart) * MILLIS_PER_TICK;
  const isByTicks = sinceKnown <= TOLERANCE_MILLIS;
  const isByWall = started - known.wall <= TOLERANCE_MILLIS;
  return isByTicks === isByWall ? isByTicks : undefined;
}

/** When the process that has a pid was started, clock ticks since boot; `none` where nobody runs that has it. */
async function startTimeOf(pid: number, space: PidSpace): Promise<number | 'none' | 'unknown'> {
  const { boot, namespace } = thisHost();
  if (space.boot !== boot)
    return space.boot === undefined || boot === undefined ? 'unknown' : 'none';
  if (space.namespace !== namespace) return 'unknown';
  if (isFree(pid)) return 'none';
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  if (stat === undefined) return isFree(pid) ? 'none' : 'unknown';
  return ENDED.test(fieldOf(stat, STATE)) ? 'none' : startOf(stat);
}

function isFree(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function startOf(stat: string): number {
  return Number(fieldOf(stat, START_TIME));
}

function fieldOf(stat: string, number: number): string {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', START_TIME);
  return fields[number - AFTER_NAME] ?? '';
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
