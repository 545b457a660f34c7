import type { Process } from '../../lifecycle/process.js';

/** How a child process ended. */
export interface ChildProcessExit {
  /** Its exit code; null where a signal killed it or it never ran. */
  readonly code: number | null;
  /** The signal that killed it, or null. */
  readonly signal: string | null;
  /** Why it could not be started, or why Node ended it. */
  readonly error?: unknown;
}

/** @see https://nodejs.org/api/child_process.html#child_processspawnsynccommand-args-options */
interface SyncResult {
  readonly pid?: unknown;
  readonly status?: unknown;
  readonly signal?: unknown;
  readonly error?: unknown;
}

/** Error codes of a Sync form for "the limit that the caller set was reached, and the child killed". */
const LIMITS: readonly unknown[] = ['ETIMEDOUT', 'ENOBUFS'];

/** How a Sync form's child ended, and how to tell its process so. */
export interface SyncOutcome {
  readonly exit: ChildProcessExit;
  settle(process: Process): void;
}

/** Reads what `spawnSync` returned. */
export function outcomeOfResult(result: unknown): SyncOutcome {
  const { pid, status, signal, error } = (result ?? {}) as SyncResult;
  const exit: ChildProcessExit = {
    code: typeof status === 'number' ? status : null,
    signal: typeof signal === 'string' ? signal : null,
    ...(error === undefined ? {} : { error }),
  };
  return {
    exit,
    settle(process) {
      if (typeof pid !== 'number' || pid === 0) {
        process.spawnFailed(error);
        return;
      }
      process.spawned(pid);
      if (LIMITS.includes((error as { code?: unknown } | undefined)?.code)) {
        process.terminationRequested();
      }
      process.exited(exit.code, exit.signal);
    },
  };
}

/** Reads what a Sync form threw: the result's members are on the error of `execSync` and `execFileSync`. */
export function outcomeOfThrown(error: unknown): SyncOutcome {
  const { pid, status, signal, code } = (error ?? {}) as SyncResult & { code?: unknown };
  const failed = code !== undefined || pid === undefined;
  return outcomeOfResult({ pid, status, signal, ...(failed ? { error } : {}) });
}

/** What `execSync` and `execFileSync` tell by returning. */
export const succeeded: SyncOutcome = {
  exit: { code: 0, signal: null },
  settle: (process) => void process.exited(0, null),
};
