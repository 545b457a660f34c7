import { metrics } from '@opentelemetry/api';
import { warn } from '../opentelemetry/diagnostics.js';
import { registeredLoggerProvider } from '../opentelemetry/globals.js';
import { registeredTracerProvider } from '../opentelemetry/stand-ins.js';

/** Sends what it holds, in so many milliseconds. */
export interface Flushable {
  forceFlush(options: { readonly timeoutMillis: number }): Promise<void>;
}

/** The processors of the signals that are not flushed by their provider, which can't be told a time. */
export interface Processors {
  readonly spanProcessors?: readonly Flushable[];
  readonly logRecordProcessors?: readonly Flushable[];
}

/** The part of the time that spans and log records may take: the metrics count what became of them. */
const FOR_ITEMS = 0.75;

/**
 * Sends what is held of all three signals. Never rejects.
 * @returns whether all had been flushed before the time was over
 */
export async function flushAll(
  { spanProcessors, logRecordProcessors }: Processors,
  withinMillis: number,
): Promise<boolean> {
  const deadline = performance.now() + withinMillis;
  const items = [
    spanProcessors ?? [registeredTracerProvider()],
    logRecordProcessors ?? [registeredLoggerProvider()],
  ].flat();
  const areSent = await flush(items, withinMillis * FOR_ITEMS);
  const areCounted = await flush([metrics.getMeterProvider()], deadline - performance.now());
  if (!areCounted) warn('the last metrics were not exported');
  return areSent && areCounted;
}

async function flush(
  holders: readonly (object | undefined)[],
  timeoutMillis: number,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const isLate = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, timeoutMillis), false);
  });
  const flushes = holders.map(async (holder) =>
    (holder as Partial<Flushable> | undefined)?.forceFlush?.({ timeoutMillis }),
  );
  const isDone = await Promise.race([Promise.allSettled(flushes).then(() => true), isLate]);
  clearTimeout(timer);
  return isDone;
}
