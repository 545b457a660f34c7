import type { Goal, Row, Table } from './part.js';
import type { Timings, Variant } from './rounds.js';
import { ratios, type Spread, spreadOf } from './statistics.js';

/** A bound on a variant's ratio to another, or on its value. */
export interface Bound {
  readonly variant: string;
  /** Upper bound of the median ratio to this variant; absent for a bound on the value itself. */
  readonly to?: string;
  readonly atMost: number;
  readonly unit?: string;
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
    const targets = new Set([...(against ? [against] : []), ...own.map(({ to }) => to)]);
    if (targets.size === 0) return [row];
    return [...targets].map((to): Row => {
      const bound = own.find((candidate) => candidate.to === to);
      if (to === undefined) return { ...row, ...goalOf(bound, row.value) };
      const value = spreadOf(ratios(timings.get(name) ?? [], timings.get(to) ?? []));
      return { ...row, ratio: { to, value }, ...goalOf(bound, value) };
    });
  });
}

function goalOf(bound: Bound | undefined, { median }: Spread): { goal?: Goal } {
  if (bound === undefined) return {};
  const { to, atMost, unit } = bound;
  const text = to === undefined ? `≤ ${atMost} ${unit ?? ''}`.trim() : `≤ ${atMost} × ${to}`;
  return { goal: { text, met: median <= atMost } };
}

/** A table as Markdown. */
export function renderTable({ title, unit, about, rows, notes = [] }: Table): string {
  const lines = rows.map(({ variant, value, ratio, goal }) =>
    [
      variant,
      figure(value.median),
      `${figure(value.low)} – ${figure(value.high)}`,
      ratio ? `${ratio.value.median.toFixed(2)} × ${ratio.to}` : '',
      ratio ? `${ratio.value.low.toFixed(2)} – ${ratio.value.high.toFixed(2)}` : '',
      goal?.text ?? '',
      goal === undefined ? '' : goal.met ? 'yes' : '**no**',
    ].join(' | '),
  );
  return [
    `### ${title}`,
    '',
    about,
    '',
    `| variant | median, ${unit} | quartiles | ratio | quartiles | goal | met |`,
    '| --- | ---: | ---: | --- | --- | --- | --- |',
    ...lines.map((line) => `| ${line} |`),
    ...notes.flatMap((note) => ['', note]),
    '',
  ].join('\n');
}

function figure(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
