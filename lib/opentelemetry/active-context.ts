import { type Context, context as contextApi } from '@opentelemetry/api';
import { complain } from './diagnostics.js';
import { isContextManagerRegistered } from './globals.js';

/**
 * Calls a function with a context active, or as it is where the context manager fails.
 * @param of is asked where there is a context manager
 * @returns what the function returns
 * @throws what the function throws
 */
export function runInContext<T>(of: () => Context, work: () => T): T {
  if (!isContextManagerRegistered()) return work();
  let entered = false;
  try {
    return contextApi.with(of(), () => {
      entered = true;
      return work();
    });
  } catch (error) {
    if (entered) throw error;
    complain('context activation', error);
    return work();
  }
}
