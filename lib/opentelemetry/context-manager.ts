import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';

type Work = (...args: unknown[]) => unknown;

/** Hands the active context on to whatever is called, awaited or scheduled in it. */
export class AsyncContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<Args extends unknown[], F extends (...args: Args) => ReturnType<F>>(
    context: Context,
    work: F,
    thisArg?: ThisParameterType<F>,
    ...args: Args
  ): ReturnType<F> {
    return this.#storage.run(context, () => Reflect.apply(work, thisArg, args));
  }

  /** A function is called in the context from then on; what listens to an emitter likewise. Anything else is left. */
  bind<Target>(context: Context, target: Target): Target {
    if (typeof target === 'function') return this.#bound(context, target as Work) as Target;
    if (target instanceof EventEmitter) {
      target.emit = this.#bound(context, target.emit as Work) as EventEmitter['emit'];
    }
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }

  #bound(context: Context, work: Work): Work {
    const storage = this.#storage;
    const bound = function (this: unknown, ...args: unknown[]) {
      return storage.run(context, () => Reflect.apply(work, this, args));
    };
    return Object.defineProperty(bound, 'length', { value: work.length });
  }
}
