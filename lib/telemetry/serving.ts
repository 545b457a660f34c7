import { onAbort } from '../lifecycle/abort.js';
import { outcomeOfResponse, type Request, readOutcome } from '../lifecycle/request.js';
import type { ServeOptions } from './options.js';

/**
 * Calls a request's handler in its context, and settles it by what the handler returns or throws.
 * @returns what the handler returned
 * @throws what the handler threw or rejected with
 */
export async function serveRequest<T>(
  request: Request,
  handler: (request: Request) => T,
  { signal, outcome = outcomeOfResponse }: ServeOptions,
): Promise<Awaited<T>> {
  const listening = onAbort(signal, () => request.settle({ result: 'cancelled' }));
  try {
    const returned = await request.run(() => handler(request));
    if (!request.settled) request.settle(readOutcome(outcome, returned));
    return returned;
  } catch (error) {
    request.settle({ result: 'error', error });
    throw error;
  } finally {
    listening[Symbol.dispose]();
  }
}
