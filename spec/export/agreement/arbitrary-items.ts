import fc from 'fast-check';
import { anyValue, attributes, text } from './arbitrary-values.js';

const hex = (length: number) =>
  fc.oneof(
    { weight: 9, arbitrary: hexOf('0123456789abcdef', length) },
    { weight: 1, arbitrary: hexOf('0123456789ABCDEF', length) },
  );

function hexOf(digits: string, length: number): fc.Arbitrary<string> {
  const digit = fc.constantFrom(...digits);
  return fc.string({ unit: digit, minLength: length, maxLength: length });
}

const count = fc.oneof(fc.constantFrom(0, 1, 127, 128, undefined), fc.nat(2 ** 31 - 1));
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined });
const time = fc.tuple(
  fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(0, 1_764_000_000)),
  fc.oneof(fc.integer({ min: 0, max: 999_999_999 }), fc.constantFrom(0, 0.5, 999_999_999)),
);

const spanContext = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  traceFlags: fc.oneof(fc.constantFrom(0, 1), fc.nat(255)),
  isRemote: maybe(fc.boolean()),
  traceState: maybe(text.map((state) => ({ serialize: () => state }))),
});

const events = fc.array(
  fc.record({
    time,
    name: text,
    attributes: maybe(attributes),
    droppedAttributesCount: count,
  }),
  { maxLength: 3 },
);

const links = fc.array(
  fc.record({
    context: spanContext,
    attributes: maybe(attributes),
    droppedAttributesCount: count,
  }),
  { maxLength: 3 },
);

/** A span as an SDK ends it, sampled. */
export const span = fc
  .record({
    context: spanContext,
    parentSpanContext: maybe(fc.oneof(spanContext, fc.constant({ spanId: '' }))),
    name: text,
    kind: fc.constantFrom(0, 1, 2, 3, 4, undefined),
    startTime: time,
    endTime: time,
    attributes,
    droppedAttributesCount: count,
    events,
    droppedEventsCount: count,
    links,
    droppedLinksCount: count,
    status: fc.record({ code: fc.constantFrom(0, 1, 2), message: maybe(text) }),
  })
  .map(({ context, ...rest }) => {
    const sampled = { ...context, traceFlags: context.traceFlags | 1 };
    return { ...rest, spanContext: () => sampled };
  });

/** A log record as an SDK emits it. */
export const logRecord = fc.record({
  hrTime: time,
  hrTimeObserved: time,
  severityNumber: fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: 24 })),
  severityText: maybe(text),
  body: anyValue,
  eventName: maybe(text),
  attributes,
  droppedAttributesCount: count,
  spanContext: maybe(spanContext),
});

/** Resources, which may be the same in what they say. */
export const resources = fc.array(fc.record({ attributes, schemaUrl: maybe(text) }), {
  minLength: 1,
  maxLength: 3,
});

/** Scopes, likewise. */
export const scopes = fc.array(
  fc.record({
    name: text,
    version: maybe(text),
    schemaUrl: maybe(text),
    attributes: maybe(attributes),
    droppedAttributesCount: maybe(count),
  }),
  { minLength: 1, maxLength: 3 },
);

/** Items of several scopes of several resources, which come as they like. */
export function batchOf<Item>(item: fc.Arbitrary<Item>): fc.Arbitrary<(Item & Placement)[]> {
  return fc
    .tuple(
      resources,
      scopes,
      fc.array(fc.tuple(item, fc.nat(2), fc.nat(2)), { minLength: 1, maxLength: 40 }),
    )
    .map(([someResources, someScopes, items]) =>
      items.map(([one, resource, scope]) => ({
        ...one,
        resource: someResources[resource % someResources.length],
        instrumentationScope: someScopes[scope % someScopes.length],
      })),
    );
}

interface Placement {
  readonly resource: unknown;
  readonly instrumentationScope: unknown;
}
