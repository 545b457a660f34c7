import { extractEnvironment } from '../carriers/environ.js';
import { override } from '../instrumentation/base/override.js';
import { registeredContextManager } from '../opentelemetry/globals.js';
import { spanContextOf } from '../opentelemetry/span-context.js';

/**
 * Makes the context that the program was started in the one that is active where none is, so that whatever
 * begins without a parent of its own begins under it. To be called once the SDK has started, while no
 * context is active. Who hands a context over, as a server does with one that came with a request, or asks
 * for a root span, gets what it asks for.
 * @see https://opentelemetry.io/docs/specs/otel/context/env-carriers/
 */
export function inheritContext(): void {
  const manager = registeredContextManager();
  const root = manager?.active();
  if (manager === undefined || root === undefined || spanContextOf(root) !== undefined) return;
  const inherited = extractEnvironment(process.env, root);
  if (spanContextOf(inherited) === undefined) return;
  override(manager, 'active', (active) => {
    return function (this: unknown) {
      const context = Reflect.apply(active, this, []);
      return context === root ? inherited : context;
    };
  });
}
