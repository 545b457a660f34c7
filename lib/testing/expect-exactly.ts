import { AssertionError } from 'node:assert';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { CapturedEvent, CapturedPoint, CapturedSignals, CapturedSpan } from './captured.js';

/**
 * What a value should be: itself, a pattern for strings, a predicate, or an object of such. Objects must
 * have exactly the members that are named; name a member `undefined` for "absent".
 */
export type Expected<T> =
  | T
  | RegExp
  | ((value: unknown) => boolean)
  | (T extends readonly unknown[]
      ? never
      : T extends object
        ? { readonly [K in keyof T]?: Expected<T[K]> }
        : never);

/** Some members of a captured thing; those that aren't named may be anything. */
export type ExpectedMembers<T> = { readonly [K in keyof T]?: Expected<T[K]> };

/** The complete set of signals. A signal that is left out isn't checked; a list that is given is complete. */
export interface ExpectedSignals {
  readonly spans?: readonly ExpectedMembers<CapturedSpan>[];
  readonly events?: readonly ExpectedMembers<CapturedEvent>[];
  /** By metric name; metrics that aren't named must not exist. */
  readonly metrics?: Readonly<Record<string, readonly ExpectedMembers<CapturedPoint>[]>>;
}

const SIGNALS = ['spans', 'events', 'metrics'];
const SPAN_MEMBERS: readonly (keyof CapturedSpan)[] = [
  'name',
  'kind',
  'status',
  'attributes',
  'traceId',
  'spanId',
  'parentSpanId',
  'links',
  'seconds',
];
const EVENT_MEMBERS: readonly (keyof CapturedEvent)[] = [
  'name',
  'target',
  'severity',
  'body',
  'attributes',
  'traceId',
  'spanId',
];
const POINT_MEMBERS: readonly (keyof CapturedPoint)[] = ['attributes', 'value', 'sum'];

/**
 * Asserts that signals are these and no others, in any order.
 * @throws AssertionError that shows what was missing, what was too much, and everything captured
 * @throws TypeError for a member of the expectation that nothing captured can have, such as `span` or `kindd`
 */
export function expectExactly(actual: CapturedSignals, expected: ExpectedSignals): void {
  refuseUnknown('signals', expected, SIGNALS);
  refuseUnknownIn('span', expected.spans, SPAN_MEMBERS);
  refuseUnknownIn('event', expected.events, EVENT_MEMBERS);
  for (const [name, points] of Object.entries(expected.metrics ?? {})) {
    refuseUnknownIn(`${name} point`, points, POINT_MEMBERS);
  }
  const faults = [
    ...(expected.spans ? compare('span', actual.spans, expected.spans) : []),
    ...(expected.events ? compare('event', actual.events, expected.events) : []),
    ...(expected.metrics ? compareMetrics(actual.metrics, expected.metrics) : []),
  ];
  if (faults.length === 0) return;
  throw new AssertionError({
    message: `${faults.join('\n')}\n\ncaptured: ${show(actual)}`,
    operator: 'expectExactly',
  });
}

function refuseUnknownIn(
  what: string,
  expected: readonly object[] | undefined,
  known: readonly string[],
): void {
  for (const one of expected ?? []) refuseUnknown(what, one, known);
}

function refuseUnknown(what: string, expected: object, known: readonly string[]): void {
  const unknown = Object.keys(expected).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  throw new TypeError(
    `expected ${what}: there is no ${unknown.join(', ')}; there are ${known.join(', ')}`,
  );
}

function compareMetrics(
  actual: CapturedSignals['metrics'],
  expected: NonNullable<ExpectedSignals['metrics']>,
): string[] {
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  return [...names].flatMap((name) =>
    compare(`${name} point`, actual[name] ?? [], expected[name] ?? []),
  );
}

function compare<T>(
  what: string,
  actual: readonly T[],
  expected: readonly ExpectedMembers<T>[],
): string[] {
  const left = [...actual];
  const missing = expected.filter((wanted) => {
    const index = left.findIndex((candidate) => hasMembers(candidate, wanted));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  return [
    ...missing.map((wanted) => `missing ${what}: ${show(wanted)}`),
    ...left.map((extra) => `unexpected ${what}: ${show(extra)}`),
  ];
}

function hasMembers<T>(actual: T, expected: ExpectedMembers<T>): boolean {
  return (Object.keys(expected) as (keyof T)[]).every((key) => matches(actual[key], expected[key]));
}

function matches(actual: unknown, expected: unknown): boolean {
  if (typeof expected === 'function') return expected(actual) === true;
  if (expected instanceof RegExp) return typeof actual === 'string' && expected.test(actual);
  if (!isPlainObject(expected) || !isPlainObject(actual)) {
    return isDeepStrictEqual(actual, expected);
  }
  const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  return [...keys].every((key) => matches(actual[key], expected[key]));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return inspect(value, { depth: 8, breakLength: 110, sorted: true });
}
