import { nextTick } from './rounds.js';

/**
 * Bytes on the heap that survive a collection of garbage.
 * @throws Error where the process wasn't started with `--expose-gc`
 */
export async function heapUsed(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('start with --expose-gc');
  for (let times = 0; times < 4; times++) {
    await nextTick();
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}

/** Bytes per piece of work that some work leaves behind on the heap, once a round. */
export async function retained(
  work: () => void,
  { rounds, times }: { readonly rounds: number; readonly times: number },
): Promise<number[]> {
  const bytes: number[] = [];
  for (let i = 0; i < times; i++) work();
  for (let round = 0; round < rounds; round++) {
    const before = await heapUsed();
    for (let i = 0; i < times; i++) work();
    bytes.push(((await heapUsed()) - before) / times);
  }
  return bytes;
}
