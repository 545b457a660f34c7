import { isMainThread } from 'node:worker_threads';

/** What is done before the program ends. */
export interface ExitDuties {
  /** Settles what is open, at once. */
  settle(): void;
  /** Sends what was recorded, for as long as the end may take; it never rejects. */
  flush(): Promise<boolean>;
  /** Tells what was recorded and not sent, at once. */
  abandon(): void;
  /** Writes what there is to say of it all, once everything else is done. */
  report?(): void;
  /** Whether what was recorded is lost unless `flush` has ended before the program does. */
  readonly mustFlush: boolean;
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const KEEP_ALIVE_MILLIS = 1_000;
/** How long an export that was cut off may hold the loop before the program is ended. */
const GRACE_MILLIS = 20;

/**
 * Settles and flushes when the program ends, and leaves its ending as it is:
 *
 * - when nothing is left to do, before the program's own `beforeExit` listeners hear of it, so that they
 *   hear of it once;
 * - on SIGTERM, SIGINT and SIGHUP, where nobody else listens for it; then the program dies of the signal,
 *   as it would have. A second one kills at once. A program that listens for itself decides for itself;
 * - on `exit`, also by `process.exit()` or an uncaught error, what is open is settled. That is the last
 *   moment: what has to be sent over a network and wasn't by then is lost, and told.
 */
export function attendExit(duties: ExitDuties): void {
  if (duties.mustFlush) flushBeforeExit(duties);
  attended.push(duties);
  if (attended.length > 1) return;
  process.on('exit', () => {
    settleAll();
    abandonAll();
  });
  // The kernel doesn't kill the first process of a container by a signal that it has no handler for.
  if (isMainThread && process.pid !== 1) for (const signal of SIGNALS) attend(signal);
}

/** All duties are done together, so that what one of them reports is what has become of the others. */
const attended: ExitDuties[] = [];

function settleAll(): void {
  for (const { settle } of attended) settle();
}

async function flushEach(): Promise<void> {
  await Promise.all(attended.map(({ flush }) => flush()));
}

function abandonAll(): void {
  for (const { abandon } of attended) abandon();
  for (const { report } of attended) report?.();
}

function flushBeforeExit({ settle, flush }: ExitDuties): void {
  const { emit } = process;
  let isFlushed = false;
  let held: NodeJS.Timeout | undefined;
  const endHeld = (self: NodeJS.Process, args: [event: string, ...unknown[]]) => {
    isFlushed = false;
    endUnlessBusy(() => Reflect.apply(emit, self, args));
  };
  const attended = function (this: NodeJS.Process, ...args: [event: string, ...unknown[]]) {
    if (args[0] !== 'beforeExit') return Reflect.apply(emit, this, args);
    isFlushed = !isFlushed;
    clearTimeout(held);
    if (!isFlushed) return Reflect.apply(emit, this, args);
    settle();
    const alive = setInterval(() => {}, KEEP_ALIVE_MILLIS);
    void flush().then((inTime) => {
      // Node looks whether the loop has anything to do before it says beforeExit again.
      setImmediate(() => clearInterval(alive));
      if (!inTime) held = setTimeout(endHeld, GRACE_MILLIS, this, args).unref();
    });
    return true;
  };
  Object.defineProperty(process, 'emit', {
    value: attended,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

/**
 * Ends the program, whose loop is held by an export that came to no end, and by nothing else, unless its
 * `beforeExit` listeners have found more to do. Nothing but they and their promises runs between the two
 * counts.
 */
function endUnlessBusy(tellBeforeExit: () => void): void {
  if (typeof process.getActiveResourcesInfo !== 'function') {
    tellBeforeExit();
    return;
  }
  const before = countActive();
  const endIfIdle = () => {
    const isBusy = [...countActive()].some(([kind, count]) => count > (before.get(kind) ?? 0));
    if (!isBusy) process.exit();
  };
  try {
    tellBeforeExit();
  } finally {
    queueMicrotask(() => process.nextTick(endIfIdle));
  }
}

/** What keeps the program alive, by kind. */
function countActive(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

function attend(signal: (typeof SIGNALS)[number]): void {
  const listener = () => {
    process.removeListener(signal, listener);
    if (process.listenerCount(signal) > 0) {
      void flushEach();
      /*
       * signal-exit, which execa has, ends the program itself only if nobody else listens:
       * https://github.com/tapjs/signal-exit/blob/v4.1.0/src/index.ts
       */
      process.nextTick(() => process.prependListener(signal, listener));
      return;
    }
    settleAll();
    void flushEach().finally(() => {
      abandonAll();
      process.kill(process.pid, signal);
    });
  };
  process.prependListener(signal, listener);
}
