import { complain } from '../opentelemetry/diagnostics.js';

/** Calls back at once where a signal has aborted, and else when it does, until disposed. Never throws. */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): Disposable {
  try {
    if (signal?.aborted) callback();
    signal?.addEventListener('abort', callback);
  } catch (error) {
    complain('listening to a signal', error);
  }
  return { [Symbol.dispose]: () => signal?.removeEventListener?.('abort', callback) };
}
