const TRANSPORTS: readonly (readonly [name: RegExp, transport: string])[] = [
  [/stdio/i, 'pipe'],
  [/http|sse|websocket/i, 'tcp'],
];

/**
 * What carries the messages of a transport, as `network.transport` has it, by the names of its classes, since no
 * transport says what it is.
 */
export function networkTransportOf(transport: object): string | undefined {
  for (const name of classNames(transport)) {
    const found = TRANSPORTS.find(([pattern]) => pattern.test(name));
    if (found !== undefined) return found[1];
  }
  return undefined;
}

/** The names of an object's classes, its own first. */
export function classNames(of: object): string[] {
  const names: string[] = [];
  for (let at = Object.getPrototypeOf(of); at !== null; at = Object.getPrototypeOf(at)) {
    const own: unknown = at.constructor;
    if (typeof own === 'function') names.push(own.name);
  }
  return names;
}
