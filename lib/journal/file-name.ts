import { type HostIdentity, thisHost } from './host.js';

const SUFFIX = '.journal';
const SEPARATOR = '~';
/** What stands for a part that isn't known. */
const UNKNOWN = '-';

/** A new name for a file that belongs to this host; nobody else's file has it. */
export function makeFileName(kind: string): string {
  const { boot, namespace, pid, started } = thisHost();
  const random = Math.random().toString(36).slice(2);
  const parts = [plain(kind), boot, namespace, pid, started, random];
  return `${parts.map((part) => part ?? UNKNOWN).join(SEPARATOR)}${SUFFIX}`;
}

/** Whom a file of some kind belongs to; undefined for every other file. */
export function readFileName(name: string, kind: string): HostIdentity | undefined {
  if (!name.endsWith(SUFFIX)) return undefined;
  const [of, boot, namespace, pid, started, random] = name
    .slice(0, -SUFFIX.length)
    .split(SEPARATOR);
  if (of !== plain(kind) || random === undefined || !/^[1-9]\d{0,9}$/.test(pid ?? '')) {
    return undefined;
  }
  const known = (part: string | undefined) => (part === UNKNOWN ? undefined : part);
  return {
    boot: known(boot),
    namespace: known(namespace),
    pid: Number(pid),
    started: known(started) === undefined ? undefined : Number(started),
  };
}

function plain(kind: string): string {
  return kind.replace(/[^\w.-]/g, '_');
}
