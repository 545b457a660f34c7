/** A method of somebody else's object. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Replaces a method of an object, its own or an inherited one.
 * @param wrap makes the replacement of the original
 * @returns restores the original, unless somebody else has replaced the replacement since
 * @throws TypeError where there is no such method, or where the object can't be changed
 */
export function override(
  target: object,
  name: string,
  wrap: (original: Method) => Method,
): () => void {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== 'function') throw new TypeError(`there is no ${name} to override`);
  const own = Object.getOwnPropertyDescriptor(target, name);
  const replacement = wrap(original as Method);
  Object.defineProperty(target, name, {
    configurable: true,
    writable: true,
    enumerable: own?.enumerable ?? false,
    value: replacement,
  });
  return () => {
    if (Reflect.get(target, name) !== replacement) return;
    if (own === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, own);
  };
}
