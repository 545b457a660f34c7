/** The names of an object's classes, its own first. */
export function classNames(of: object): string[] {
  const names: string[] = [];
  for (let at = Object.getPrototypeOf(of); at !== null; at = Object.getPrototypeOf(at)) {
    const own: unknown = at.constructor;
    if (typeof own === 'function') names.push(own.name);
  }
  return names;
}
