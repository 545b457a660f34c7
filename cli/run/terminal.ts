import { readProcess } from './process-table.js';

/** What the kernel sends to the whole foreground group of a terminal: of keys, and of its size. */
const OF_FOREGROUND: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT', 'SIGTSTP', 'SIGWINCH']);
/** What it sends to the whole group of a process in the background that reads. */
const OF_BACKGROUND = 'SIGTTIN';

/**
 * The terminal that this program was started on, if any. The command is in the same process group, so that what the
 * kernel sends to that group has reached the command already. Node doesn't tell who has sent a signal.
 */
export class Terminal {
  /** Whether there was one at the start. */
  readonly there: boolean;

  constructor() {
    this.there = (readProcess(process.pid)?.foreground ?? 0) > 0;
  }

  /**
   * Whether a signal that has come here has come from the terminal, and so to the command as well. Of a terminal that
   * is gone, the kernel tells the first process of its session: a shell, which tells its jobs, or this program alone.
   */
  hasSent(signal: NodeJS.Signals): boolean {
    if (!this.there) return false;
    const { foreground = 0, group = 0, session } = readProcess(process.pid) ?? {};
    if (OF_FOREGROUND.has(signal)) return foreground === group;
    if (signal === OF_BACKGROUND) return foreground !== group;
    return signal === 'SIGHUP' && foreground <= 0 && session !== process.pid;
  }
}
