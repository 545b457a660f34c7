import { type EventEmitter, once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

const WITHIN = 60_000;
const AGAIN_AFTER = 20;

/** Waits for events until `check` says yes. Rejects when time is up, so that what waits ends too. */
export async function untilEvent(
  emitter: EventEmitter,
  event: string,
  check: () => boolean,
  describe: () => string,
): Promise<void> {
  const signal = AbortSignal.timeout(WITHIN);
  while (!check()) {
    await once(emitter, event, { signal }).catch((cause) => {
      throw new Error(`Waited ${WITHIN} ms: ${describe()}`, { cause });
    });
  }
}

/** Asks again and again until the answer is yes. Rejects when time is up. */
export async function untilTrue(check: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + WITHIN;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`Waited ${WITHIN} ms: ${check}`);
    await setTimeout(AGAIN_AFTER);
  }
}
