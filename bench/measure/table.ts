import type { Goal, Row, Table } from './part.js';
import type { Timings, Variant } from './rounds.js';
import { ratios, type Spread, spreadOf } from './statistics.js';

/** What a median may be. */
export interface Limit {
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly unit?: string;
  /** How the goal reads; default made from the bounds. */
  readonly text?: string;
  /** What it was in version 0.1. */
  readonly was?: string;
}

/** A limit on a variant's ratio to another, or on its value. */
export interface Bound extends Limit {
  readonly variant: string;
  /** Limits the median ratio to this variant; absent for the value itself. */
  readonly to?: string;
}

/** One row a variant, and one more for each bound on another ratio. */
export function rowsOf(
  variants: readonly Variant[],
  timings: Timings,
  bounds: readonly Bound[],
): Row[] {
  return variants.flatMap(({ name, against }) => {
    const own = bounds.filter((bound) => bound.variant === name);
    const row = { variant: name, value: spreadOf(timings.get(name) ?? []) };
    const targets = new Set([...[against ?? []].flat(), ...own.map(({ to }) => to)]);
    if (targets.size === 0) return [row];
    return [...targets].map((to): Row => {
      const bound = own.find((candidate) => candidate.to === to);
      if (to === undefined) return boundRow(name, row.value, bound);
      const value = spreadOf(ratios(timings.get(name) ?? [], timings.get(to) ?? []));
      return { ...row, ratio: { to, value }, ...(bound && { goal: goalOf(bound, to) }) };
    });
  });
}

/** A row whose value itself has a limit. */
export function boundRow(variant: string, value: Spread, limit: Limit | undefined): Row {
  return { variant, value, ...(limit && { goal: goalOf(limit) }) };
}

/** A row whose value is compared with another's, measured in the same rounds. */
export function ratioRow(
  variant: string,
  values: readonly number[],
  to: string,
  others: readonly number[],
  limit?: Limit,
): Row {
  const value = spreadOf(ratios(values, others));
  return {
    variant,
    value: spreadOf(values),
    ratio: { to, value },
    ...(limit && { goal: goalOf(limit, to) }),
  };
}

function goalOf({ atMost, atLeast, unit, text, was }: Limit, to?: string): Goal {
  const of = to === undefined ? ` ${unit ?? ''}`.trimEnd() : ` × ${to}`;
  const sides = [
    ...(atLeast === undefined ? [] : [`≥ ${atLeast}${of}`]),
    ...(atMost === undefined ? [] : [`≤ ${atMost}${of}`]),
  ];
  return {
    text: text ?? sides.join(', '),
    ...(atLeast !== undefined && { atLeast }),
    ...(atMost !== undefined && { atMost }),
    ...(was !== undefined && { was }),
  };
}

/**
 * Whether the median is within the goal; undecided where it is, or isn't, only in some of the spread's
 * quartiles.
 */
export function verdict({ atMost = Infinity, atLeast = -Infinity }: Goal, spread: Spread): string {
  const within = (value: number) => value <= atMost && value >= atLeast;
  const met = within(spread.median);
  const sure = within(spread.low) === met && within(spread.high) === met;
  const word = met ? 'yes' : '**no**';
  return sure ? word : `${word}, within the spread`;
}

/** A table as Markdown. */
export function renderTable({ title, unit, about, rows, notes = [] }: Table): string {
  const lines = rows.map(({ variant, value, ratio }) =>
    [
      variant,
      figure(value.median),
      `${figure(value.low)} – ${figure(value.high)}`,
      ratio ? `${ratio.value.median.toFixed(2)} × ${ratio.to}` : '',
      ratio ? `${ratio.value.low.toFixed(2)} – ${ratio.value.high.toFixed(2)}` : '',
    ].join(' | '),
  );
  const head =
    rows.length === 0
      ? []
      : [
          `| variant | median, ${unit} | spread | ratio | spread |`,
          '| --- | ---: | ---: | --- | --- |',
        ];
  return [
    `### ${title}`,
    '',
    about,
    '',
    ...head,
    ...lines.map((line) => `| ${line} |`),
    ...notes.flatMap((note) => ['', note]),
    '',
  ].join('\n');
}

/** A figure as it is read. */
export function figure(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
