import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT_MILLIS = 20_000;
const INTERVAL_MILLIS = 250;

/**
 * Asks until a question is answered without an exception.
 * @throws the last exception, where that takes longer than 20 seconds
 */
export async function poll<T>(question: () => Promise<T>): Promise<T> {
  const end = Date.now() + LIMIT_MILLIS;
  for (;;) {
    try {
      return await question();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(INTERVAL_MILLIS);
    }
  }
}
