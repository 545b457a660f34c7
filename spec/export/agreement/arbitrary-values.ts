import fc from 'fast-check';

/** Every UTF-16 code unit, surrogates without their other half among them. */
const unit = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 32, max: 126 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }) },
  { weight: 1, arbitrary: fc.integer({ min: 0xd7ff, max: 0xe000 }) },
);

function textOf(maxLength: number): fc.Arbitrary<string> {
  return fc.array(unit, { maxLength }).map((units) => String.fromCharCode(...units));
}

/** Text of any length that is written in a way of its own. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 120, arbitrary: textOf(40) },
  { weight: 10, arbitrary: textOf(160) },
  { weight: 120, arbitrary: fc.constantFrom('', 'a', 'rpc.method', 'é', '日本', '👍', '\ud800') },
  {
    weight: 1,
    arbitrary: fc
      .tuple(textOf(9), fc.constantFrom(20, 200, 9_000))
      .map(([some, times]) => some.repeat(times)),
  },
);

/** Numbers on both sides of each border. */
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(0, -0, 127, 128, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY),
  fc
    .tuple(fc.integer({ min: 0, max: 70 }), fc.constantFrom(-1, 1), fc.constantFrom(-1, 0, 1))
    .map(([power, sign, more]) => sign * 2 ** power + more),
);

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.uint8Array({ maxLength: 9 }).map((some) => Buffer.from(some)),
);

/** What has no place in OTLP. */
const foreign = fc.constantFrom<unknown>(
  null,
  undefined,
  1n,
  Symbol.iterator,
  () => {},
  new Date(0),
);

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: text },
    { weight: 4, arbitrary: number },
    { weight: 1, arbitrary: fc.boolean() },
    { weight: 1, arbitrary: bytes },
    { weight: 1, arbitrary: foreign },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 5 }) },
    { weight: 1, arbitrary: fc.dictionary(text, tie('value'), { maxKeys: 4 }) },
  ),
}));

/** Whatever somebody hands in as the value of an attribute, or as a body. */
export const anyValue: fc.Arbitrary<unknown> = value;

/** Attributes with such values. */
export const attributes: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  { weight: 9, arbitrary: fc.dictionary(text, value, { maxKeys: 6 }) },
  { weight: 1, arbitrary: fc.dictionary(text, value, { maxKeys: 60 }) },
);
