import { readFileSync } from 'node:fs';

/**
 * Whether this program is in the foreground of a terminal, which then sends its signals to its children as well.
 * Where the system doesn't say, so it is if any standard stream is a terminal.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function isTerminalOurs(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  } catch {
    return [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY === true);
  }
}
