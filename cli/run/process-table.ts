import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What the system says of a process. */
export interface ProcessEntry {
  /** Whether it is stopped, as by Ctrl-Z; what a debugger holds is not. */
  readonly stopped: boolean;
  /** Its process group. */
  readonly group: number;
  /** Its session; undefined where the system doesn't say. */
  readonly session: number | undefined;
  /** The process group that its terminal is in the foreground for; 0 or less where it has no terminal. */
  readonly foreground: number;
  /** The number of the signal that has stopped it, where the system says so. */
  readonly stopSignal: number | undefined;
}

/** Reads what the system says of a process; undefined where it says nothing, as where there is none. */
export function readProcess(pid: number): ProcessEntry | undefined {
  return process.platform === 'linux' ? readStat(pid) : askPs(pid);
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readStat(pid: number): ProcessEntry | undefined {
  const fields = readStatFields(pid);
  if (fields === undefined) return undefined;
  const stopped = fields[0] === 'T';
  const exitCode = Number(fields[49]);
  return {
    stopped,
    group: Number(fields[2]),
    session: Number(fields[3]),
    foreground: Number(fields[5]),
    stopSignal: stopped && exitCode > 0 ? exitCode : undefined,
  };
}

/** The fields of `/proc/PID/stat` from the third on, the state; undefined where there is no such process. */
export function readStatFields(pid: number | 'self'): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/ps.html */
export function askPs(pid: number): ProcessEntry | undefined {
  const fields = ['stat=', 'pgid=', 'tpgid='].flatMap((field) => ['-o', field]);
  const { stdout } = spawnSync('ps', [...fields, '-p', String(pid)], { encoding: 'latin1' });
  const [state, group, foreground] = stdout?.trim().split(/\s+/) ?? [];
  if (state === undefined || group === undefined) return undefined;
  return {
    stopped: state.startsWith('T'),
    group: Number(group),
    session: undefined,
    foreground: Number(foreground),
    stopSignal: undefined,
  };
}
