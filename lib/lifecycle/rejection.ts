import { inspect } from 'node:util';

/*
 * To look into a promise is to handle its rejection, and that is its owner's to do: who forgot to is told
 * by Node. So a promise is looked into only when its rejection has been handled already, as far as that can
 * be told: it has rejected, and whoever has it had a turn of the microtask queue to await it.
 */

/** A promise that belongs to somebody else, and when it was handed over. */
export interface ForeignPromise {
  readonly promise: Promise<unknown>;
  /** The turn of the microtask queue, by {@link currentTurn}. */
  readonly turn: number;
  /** Those that were handed over before. */
  readonly earlier: ForeignPromise | undefined;
}

let turn = 0;
let counting = false;

/** A number that changes once microtasks have run. */
export function currentTurn(): number {
  if (!counting) {
    counting = true;
    queueMicrotask(() => {
      counting = false;
      turn++;
    });
  }
  return turn;
}

/** The promises among some that have rejected in an earlier turn. */
export function rejectedAmong(latest: ForeignPromise | undefined): Promise<unknown>[] {
  const rejected: Promise<unknown>[] = [];
  for (let each = latest; each !== undefined; each = each.earlier) {
    if (each.turn !== turn && hasRejected(each.promise)) rejected.push(each.promise);
  }
  return rejected;
}

/**
 * Tells what one of some promises rejected with, before any microtask that is queued from now on.
 * @param rejected promises that have rejected
 */
export function readRejection(
  rejected: readonly Promise<unknown>[],
  tell: (error: unknown) => void,
): void {
  let read: { readonly error: unknown } | undefined;
  for (const promise of rejected) {
    Promise.prototype.then.call(promise, undefined, (error: unknown) => {
      read = { error };
    });
  }
  queueMicrotask(() => tell(read?.error));
}

// Node.js, util.inspect: it alone shows a promise's state without handling the promise.
function hasRejected(promise: Promise<unknown>): boolean {
  try {
    const shown = inspect(promise, { depth: 0, customInspect: false, breakLength: Infinity });
    return /^[^{]*\{\s*<rejected>/.test(shown);
  } catch {
    return false;
  }
}
