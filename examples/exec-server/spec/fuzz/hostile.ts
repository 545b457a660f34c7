import fc from 'fast-check';

const boom = (): never => {
  throw new RangeError('boom');
};
const THROWS_EVERYWHERE: ProxyHandler<object> = {
  get: boom,
  has: boom,
  ownKeys: boom,
  getPrototypeOf: boom,
  getOwnPropertyDescriptor: boom,
};

/**
 * How to make a value, and what to call it: looking at the value itself may throw, which fast-check and whoever
 * prints a failure would do.
 */
export interface Hostile {
  make(): unknown;
  [fc.toStringMethod](): string;
}

const described = (what: string, make: () => unknown): fc.Arbitrary<Hostile> =>
  fc.constant({ make, [fc.toStringMethod]: () => what });

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function cycle(): object {
  const value: Record<string, unknown> = { name: 'cycle' };
  value.self = value;
  value.list = [value];
  return value;
}

/** A value of any kind, and of kinds that nobody should make. */
export const anything: fc.Arbitrary<Hostile> = fc.oneof(
  {
    weight: 6,
    arbitrary: plain(
      fc.anything({
        maxDepth: 2,
        withBigInt: true,
        withBoxedValues: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withSet: true,
        withSparseArray: true,
        withTypedArray: true,
      }),
    ),
  },
  { weight: 1, arbitrary: described('revoked proxy', revoked) },
  { weight: 1, arbitrary: described('proxy that throws', () => new Proxy({}, THROWS_EVERYWHERE)) },
  {
    weight: 1,
    arbitrary: described('function proxy that throws', () => new Proxy(boom, THROWS_EVERYWHERE)),
  },
  { weight: 1, arbitrary: described('cycle', cycle) },
  { weight: 1, arbitrary: described('symbol', () => Symbol('hostile')) },
  { weight: 1, arbitrary: described('function', () => boom) },
  { weight: 1, arbitrary: described('throws as text', () => ({ toString: boom, valueOf: boom })) },
  { weight: 1, arbitrary: described('throws as JSON', () => ({ toJSON: boom })) },
  {
    weight: 1,
    arbitrary: plain(fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY, -0, 10n ** 30n)),
  },
  { weight: 1, arbitrary: plain(fc.string({ unit: 'binary', minLength: 200, maxLength: 2_000 })) },
);

/** Values that hurt nobody. */
export function plain(values: fc.Arbitrary<unknown>): fc.Arbitrary<Hostile> {
  return values.map((value) => ({
    make: () => value,
    [fc.toStringMethod]: () => fc.stringify(value),
  }));
}

/** An object with these members: each may be missing, be anything else, or throw when it is read. */
export function objectWith(
  members: Readonly<Record<string, fc.Arbitrary<Hostile>>>,
): fc.Arbitrary<Hostile> {
  const model = Object.fromEntries(
    Object.entries(members).map(([name, sane]) => [
      name,
      fc.oneof(
        { weight: 6, arbitrary: sane },
        { weight: 2, arbitrary: anything },
        { weight: 1, arbitrary: fc.constant(undefined) },
      ),
    ]),
  );
  return fc.record(model, { requiredKeys: [] }).map((chosen) => ({
    make: () => objectOf(chosen),
    [fc.toStringMethod]: () =>
      `{${Object.entries(chosen).map(([name, value]) => `${name}: ${value ? fc.stringify(value) : 'throws'}`)}}`,
  }));
}

function objectOf(chosen: Readonly<Record<string, Hostile | undefined>>): object {
  const object = {};
  for (const [name, hostile] of Object.entries(chosen)) {
    const property = hostile ? { value: hostile.make(), writable: true } : { get: boom };
    Object.defineProperty(object, name, { ...property, enumerable: true, configurable: true });
  }
  return object;
}
