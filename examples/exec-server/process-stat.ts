import { readdirSync, readFileSync } from 'node:fs';

/** What Linux tells of a process. */
export interface ProcessStat {
  readonly groupId: number;
  /** When it started, in clock ticks since the system did: with the pid, who it is. */
  readonly startTime: string;
  /** Whether it was forked and still is a copy of its parent. */
  readonly onlyForked: boolean;
}

const PF_FORKNOEXEC = 0x40;

/**
 * Reads what the system tells of a process; undefined where there is none, or the system is not Linux.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function readProcessStat(pid: number | string): ProcessStat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [, , groupId, , , , flags] = fields;
  return {
    groupId: Number(groupId),
    startTime: String(fields[19]),
    onlyForked: (Number(flags) & PF_FORKNOEXEC) !== 0,
  };
}

/** The start times of the processes of a group, by pid; empty where the system is not Linux. */
export function readGroup(groupId: number): Map<number, string> {
  const members = new Map<number, string>();
  for (const name of process.platform === 'linux' ? readdirSync('/proc') : []) {
    const stat = /^\d+$/.test(name) ? readProcessStat(name) : undefined;
    if (stat?.groupId === groupId) members.set(Number(name), stat.startTime);
  }
  return members;
}
