import { constants } from 'node:os';
import type { Exit } from './child.js';

/**
 * Whether a command has ended because somebody asked for it: SIGTERM asks for nothing else. SIGINT, SIGQUIT and SIGHUP
 * may mean something else to it, such as a new prompt, unless it has died of them or exits as if it had.
 * @param asked the signals that have come
 */
export function endedAsAsked({ code, signal }: Exit, asked: ReadonlySet<NodeJS.Signals>): boolean {
  if (asked.has('SIGTERM')) return true;
  return [...asked].some((one) => one === signal || code === 128 + constants.signals[one]);
}
