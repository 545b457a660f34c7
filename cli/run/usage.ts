import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessUsage } from 'otel-exec';
import { readStatFields } from './process-table.js';

/** Milliseconds in what Linux counts processor time in: USER_HZ is 100 wherever Node runs. */
const TICK_MILLIS = 10;
const FIRST_LOOK_MILLIS = 5;
const LONGEST_PAUSE_MILLIS = 1_000;
/** How many processes are looked at each time. */
const MOST = 1_000;
const KIBIBYTE = 1_024;

/** Processor time, milliseconds. */
export interface ProcessorTime {
  readonly user: number;
  readonly system: number;
}

/**
 * What a command and its descendants use, as Linux tells; see docs/run.md. Elsewhere nothing is known.
 *
 * The processor time at the end is exact: the system adds it up for the children that were waited for. Memory is
 * looked at now and then, soon after the start and then at longer and longer pauses.
 */
export class Usage {
  readonly #before = waitedFor();
  #pid: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #time: ProcessorTime = { user: 0, system: 0 };
  #memoryBytes: number | undefined;
  #peakBytes: number | undefined;
  #used: ProcessUsage | undefined;

  /** Processor time so far; undefined where it isn't known. */
  get time(): ProcessorTime | undefined {
    this.#look();
    return this.#before && this.#time;
  }

  /** The physical memory at the last look, bytes. */
  get memoryBytes(): number | undefined {
    this.#look();
    return this.#memoryBytes;
  }

  /** What was used in all; undefined where it isn't known, or not yet. */
  get used(): ProcessUsage | undefined {
    return this.#used;
  }

  /** Begins to look at a command that was started, until it exits. */
  follow(child: ChildProcess): void {
    this.#pid = child.pid;
    if (this.#before) this.#wait(FIRST_LOOK_MILLIS);
    child.once('exit', () => this.#end());
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#pid = undefined;
    const after = waitedFor();
    if (this.#before === undefined || after === undefined) return;
    const user = after.user - this.#before.user;
    const system = after.system - this.#before.system;
    this.#reach({ user, system });
    this.#used = { userMillis: user, systemMillis: system, peakBytes: this.#peakBytes };
  }

  /** What nobody has waited for is missing at the end; a counter never goes back. */
  #reach({ user, system }: ProcessorTime): void {
    const { user: knownUser, system: knownSystem } = this.#time;
    this.#time = { user: Math.max(user, knownUser), system: Math.max(system, knownSystem) };
  }

  #wait(millis: number): void {
    this.#timer = setTimeout(() => {
      this.#look();
      this.#wait(Math.min(2 * millis, LONGEST_PAUSE_MILLIS));
    }, millis).unref();
  }

  #look(): void {
    if (this.#pid === undefined) return;
    const time = { user: 0, system: 0 };
    let memory = 0;
    let most = 0;
    for (const pid of descendants(this.#pid)) {
      const fields = readStatFields(pid);
      if (fields === undefined) continue;
      const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15).map(Number);
      time.user += (utime + cutime) * TICK_MILLIS;
      time.system += (stime + cstime) * TICK_MILLIS;
      const { now, peak } = readMemory(pid);
      memory += now;
      most = Math.max(most, peak);
    }
    this.#reach(time);
    // What has ended and was not waited for has no memory any more.
    if (memory === 0) return;
    this.#memoryBytes = memory;
    this.#peakBytes = Math.max(this.#peakBytes ?? 0, memory, most);
  }
}

/** What the children of this process have used that were waited for, with those that they have waited for. */
function waitedFor(): ProcessorTime | undefined {
  const fields = process.platform === 'linux' ? readStatFields('self') : undefined;
  if (fields === undefined) return undefined;
  return { user: Number(fields[13]) * TICK_MILLIS, system: Number(fields[14]) * TICK_MILLIS };
}

/** A process and those that it has started, and so on. */
function descendants(pid: number): ReadonlySet<number> {
  const found = new Set([pid]);
  for (const one of found) {
    for (const child of childrenOf(one)) if (found.size < MOST) found.add(child);
  }
  return found;
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_tid_children.5.html */
function childrenOf(pid: number): number[] {
  return threadsOf(pid).flatMap((thread) => {
    const text = read(`/proc/${pid}/task/${thread}/children`);
    return text.split(' ').filter(Boolean).map(Number);
  });
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/**
 * The physical memory of a process now and at its peak, bytes.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
function readMemory(pid: number): { now: number; peak: number } {
  const status = read(`/proc/${pid}/status`);
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0) * KIBIBYTE;
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
