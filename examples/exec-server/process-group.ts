import { constants } from 'node:os';
import { readGroup, readProcessStat } from './process-stat.js';

/** The first real-time signal that glibc gives to programs: https://man7.org/linux/man-pages/man7/signal.7.html */
const SIGRTMIN = 34;
const REAL_TIME = 'SIGRTMIN+';

/**
 * The process group that a child leads. Its number is free for anybody as soon as the child has exited and
 * the group is empty, so it is signalled only while somebody is in it who is known to belong there: the
 * child itself, or a descendant that was seen there while another that was known still was. Where the
 * system does not tell who is in a group (all but Linux), it is left alone once the child has exited.
 */
export class ProcessGroup {
  readonly #id: number;
  readonly #startTime: string | undefined;
  #left: Map<number, string> | undefined;

  /** @param id the pid of a child that was started just now, and leads it */
  constructor(id: number) {
    this.#id = id;
    this.#startTime = readProcessStat(id)?.startTime;
  }

  /** Whether anything of it is left, as far as can be known. */
  get alive(): boolean {
    if (this.#left === undefined && !this.#leads()) this.leaderExited();
    if (this.#left === undefined) return true;
    const known = [...this.#left].filter(([pid, startTime]) => this.#holds(pid, startTime));
    if (known.length < this.#left.size) {
      this.#left = known.length === 0 ? new Map() : readGroup(this.#id);
    }
    return known.length > 0;
  }

  /** Call it when the child has exited. */
  leaderExited(): void {
    if (this.#left !== undefined) return;
    const stranger = (readProcessStat(this.#id)?.startTime ?? this.#startTime) !== this.#startTime;
    const empty = stranger || !send(-this.#id, 0);
    this.#left = empty ? new Map() : readGroup(this.#id);
  }

  /**
   * Sends a signal to the child and to everything in its group, so that grandchildren don't stay behind.
   * On Windows, which has no groups, to the child alone.
   */
  signal(signal: NodeJS.Signals): void {
    if (!this.alive) return;
    const sent = process.platform !== 'win32' && send(-this.#id, signal);
    // A terminal's child makes its group after it was forked, which may be later than this.
    if (!sent && this.#left === undefined) send(this.#id, signal);
  }

  #leads(): boolean {
    return process.platform !== 'linux' || this.#isLeader(readProcessStat(this.#id)?.startTime);
  }

  #isLeader(startTime: string | undefined): boolean {
    return startTime !== undefined && startTime === this.#startTime;
  }

  #holds(pid: number, startTime: string): boolean {
    const stat = readProcessStat(pid);
    return stat?.startTime === startTime && stat.groupId === this.#id;
  }
}

/** Sends a signal; returns whether anything was there to take it. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    // kill(2): EPERM means that something is there, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The name of a signal by its number: `SIGTERM`, or `SIGRTMIN+1` for a real-time one. */
export function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `${REAL_TIME}${number - SIGRTMIN}`;
}

/**
 * An exit as one number, the way shells do it: 128 plus the signal where one killed it.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_08_02
 */
export function exitCodeOf(code: number | null, signal: string | null): number {
  return code ?? 128 + (signal === null ? 0 : signalNumber(signal));
}

function signalNumber(name: string): number {
  return (
    constants.signals[name as NodeJS.Signals] ?? SIGRTMIN + Number(name.slice(REAL_TIME.length))
  );
}
