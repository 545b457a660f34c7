import { isMainThread } from 'node:worker_threads';

/** What is done before the program ends. */
export interface ExitDuties {
  /** Settles what is open, at once. */
  settle(): void;
  /** Sends what was recorded; it never rejects. */
  flush(): Promise<void>;
  /** Whether what was recorded is lost unless `flush` has ended before the program does. */
  readonly mustFlush: boolean;
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** How long a signal's death is put off at most. */
const SIGNAL_PATIENCE_MILLIS = 3_000;
const KEEP_ALIVE_MILLIS = 1_000;

/**
 * Settles and flushes when the program ends, and leaves its ending as it is:
 *
 * - when nothing is left to do, before the program's own `beforeExit` listeners hear of it, so that they
 *   hear of it once;
 * - on SIGTERM, SIGINT and SIGHUP, where nobody else listens for it; then the program dies of the signal,
 *   as it would have. A second one kills at once. A program that listens for itself decides for itself;
 * - on `exit`, also by `process.exit()` or an uncaught error, what is open is settled. That is the last
 *   moment: what has to be sent over a network and wasn't by then is lost.
 */
export function attendExit(duties: ExitDuties): void {
  process.on('exit', () => duties.settle());
  if (duties.mustFlush) flushBeforeExit(duties);
  // The kernel doesn't kill the first process of a container by a signal that it has no handler for.
  if (isMainThread && process.pid !== 1) for (const signal of SIGNALS) attend(signal, duties);
}

function flushBeforeExit({ settle, flush }: ExitDuties): void {
  const { emit } = process;
  let flushed = false;
  const attended = function (this: NodeJS.Process, ...args: [event: string, ...unknown[]]) {
    if (args[0] !== 'beforeExit') return Reflect.apply(emit, this, args);
    flushed = !flushed;
    if (!flushed) return Reflect.apply(emit, this, args);
    settle();
    const alive = setInterval(() => {}, KEEP_ALIVE_MILLIS);
    void flush().finally(() => clearInterval(alive));
    return true;
  };
  Object.defineProperty(process, 'emit', {
    value: attended,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

function attend(signal: (typeof SIGNALS)[number], { settle, flush }: ExitDuties): void {
  const listener = () => {
    process.removeListener(signal, listener);
    if (process.listenerCount(signal) > 0) {
      void flush();
      /*
       * signal-exit, which execa has, ends the program itself only if nobody else listens:
       * https://github.com/tapjs/signal-exit/blob/v4.1.0/src/index.ts
       */
      process.nextTick(() => process.prependListener(signal, listener));
      return;
    }
    settle();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, SIGNAL_PATIENCE_MILLIS);
    });
    void Promise.race([flush(), patience]).finally(() => {
      clearTimeout(timer);
      process.kill(process.pid, signal);
    });
  };
  process.prependListener(signal, listener);
}
