import type { Method } from './override.js';

/**
 * Makes the replacement of a callback.
 * @param isLatest whether this callback is still the one that was assigned last: a later one may call it
 */
type Wrap = (callback: Method, isLatest: () => boolean) => Method;

/**
 * Replaces each callback that is assigned to a property of an object from now on, and only then: what can
 * merely be written needs not be read, and what is assigned a second time is not missed.
 * @returns takes the replacement out: the object has the callback that was assigned last, as it was
 * @throws TypeError where the property can't be assigned, or not be intercepted
 */
export function interceptCallback(target: object, name: string, wrap: Wrap): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  const found = own ?? inherited(target, name);
  if (found !== undefined && !found.writable && !found.set) {
    throw new TypeError(`${name} can't be assigned`);
  }
  let assigned: { readonly callback: unknown } | undefined;
  let shown: unknown = found?.value;
  const assign = function (this: unknown, callback: unknown) {
    const latest = { callback };
    assigned = latest;
    shown =
      typeof callback === 'function'
        ? wrap(callback as Method, () => assigned === latest)
        : callback;
    if (found?.set) Reflect.apply(found.set, this, [shown]);
  };
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: found?.enumerable ?? true,
    set: assign,
    ...(found?.set ? found.get && { get: found.get } : { get: () => shown }),
  });
  return () => {
    if (Object.getOwnPropertyDescriptor(target, name)?.set !== assign) return;
    if (own === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, own);
    if (assigned !== undefined) Reflect.set(target, name, assigned.callback);
  };
}

function inherited(target: object, name: string): PropertyDescriptor | undefined {
  for (let at = Object.getPrototypeOf(target); at !== null; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
