/** A method of somebody else's object. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

type Wrap = (original: Method) => Method;

interface Seam {
  readonly layers: Set<Wrap>;
  /** Makes the replacement anew from the layers that are there. */
  rebuild(): void;
  /** Puts back what was there, unless somebody else has replaced the replacement since. */
  restore(): void;
}

const seams = new WeakMap<object, Map<string, Seam>>();

/**
 * Replaces a method of an object, its own or an inherited one. Who replaces it several times can restore in
 * any order: the last one to go leaves the original.
 * @param wrap makes the replacement of the original
 * @returns takes the replacement out
 * @throws TypeError where there is no such method, or where the object can't be changed
 */
export function override(target: object, name: string, wrap: Wrap): () => void {
  const named = seams.get(target) ?? new Map<string, Seam>();
  const layer: Wrap = (original) => wrap(original);
  const seam = named.get(name) ?? openSeam(target, name);
  seam.layers.add(layer);
  seam.rebuild();
  seams.set(target, named.set(name, seam));
  return () => {
    if (!seam.layers.delete(layer)) return;
    seam.rebuild();
    if (seam.layers.size > 0) return;
    named.delete(name);
    seam.restore();
  };
}

function openSeam(target: object, name: string): Seam {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== 'function') throw new TypeError(`there is no ${name} to override`);
  const own = Object.getOwnPropertyDescriptor(target, name);
  const layers = new Set<Wrap>();
  let current = original as Method;
  const replacement: Method = function (...args) {
    return Reflect.apply(current, this, args);
  };
  for (const key of ['name', 'length']) {
    Object.defineProperty(replacement, key, {
      value: Reflect.get(original, key),
      configurable: true,
    });
  }
  Object.defineProperty(target, name, {
    configurable: true,
    writable: true,
    enumerable: own?.enumerable ?? false,
    value: replacement,
  });
  return {
    layers,
    rebuild() {
      current = [...layers].reduce((inner, wrap) => wrap(inner), original as Method);
    },
    restore() {
      if (Reflect.get(target, name) !== replacement) return;
      if (own === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, own);
    },
  };
}
