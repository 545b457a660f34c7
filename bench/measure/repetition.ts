import type { Row, Table } from './part.js';
import { type Spread, spreadOf } from './statistics.js';

/**
 * One table of several that the same program measured in processes of their own. A value is the median of
 * the processes' medians; its spread reaches from the lowest of their quartiles to the highest, since
 * processes differ by more than the rounds of one do.
 */
export function mergeRepetitions(runs: readonly (readonly Table[])[]): readonly Table[] {
  const [first = []] = runs;
  if (runs.length < 2) return first;
  return first.map((table, at) => ({
    ...table,
    rows: table.rows.map((row, index) =>
      mergeRows(
        row,
        runs.flatMap((tables) => tables[at]?.rows[index] ?? []),
      ),
    ),
    notes: [...(table.notes ?? []), `Measured in ${runs.length} processes${mediansOf(runs, at)}.`],
  }));
}

function mergeRows(row: Row, rows: readonly Row[]): Row {
  const value = mergeSpreads(rows.map((each) => each.value));
  if (row.ratio === undefined) return { ...row, value };
  const ratios = rows.flatMap(({ ratio }) => (ratio === undefined ? [] : [ratio.value]));
  return { ...row, value, ratio: { to: row.ratio.to, value: mergeSpreads(ratios) } };
}

function mergeSpreads(spreads: readonly Spread[]): Spread {
  return {
    median: spreadOf(spreads.map(({ median }) => median)).median,
    low: Math.min(...spreads.map(({ low }) => low)),
    high: Math.max(...spreads.map(({ high }) => high)),
  };
}

/** The medians of each process where a goal is judged, so that nobody takes one run for all. */
function mediansOf(runs: readonly (readonly Table[])[], at: number): string {
  const [first = []] = runs;
  const judged = (first[at]?.rows ?? []).flatMap(({ variant, ratio, goal }, index) => {
    if (goal === undefined) return [];
    const medians = runs.map((tables) => {
      const row = tables[at]?.rows[index];
      return (row?.ratio?.value ?? row?.value)?.median ?? Number.NaN;
    });
    const over = ratio === undefined ? '' : ` over ${ratio.to}`;
    return [`${variant}${over} ${medians.map((median) => median.toFixed(2)).join(', ')}`];
  });
  return judged.length === 0 ? '' : `; their medians: ${judged.join('; ')}`;
}
