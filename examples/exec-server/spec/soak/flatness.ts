import type { Sample } from '../probed-server.js';

type Measure = keyof Sample;

/** How much more the last third may hold than the second: a part of it, and something besides. */
const BOUNDS: Readonly<Partial<Record<Measure, { part: number; more: number }>>> = {
  heapUsed: { part: 0.03, more: 512 * 1024 },
  descriptors: { part: 0, more: 2 },
  resources: { part: 0, more: 2 },
  children: { part: 0, more: 0 },
};
const BARS = '▁▂▃▄▅▆▇█';
const COLUMNS = 60;

/** What grew from the second third of the samples to the last, one text each; empty where nothing did. */
export function growths(samples: readonly Sample[]): string[] {
  const third = Math.floor(samples.length / 3);
  return Object.entries(BOUNDS).flatMap(([name, { part, more }]) => {
    const of = ({ [name as Measure]: value }: Sample) => value;
    const before = median(samples.slice(third, -third).map(of));
    const after = median(samples.slice(-third).map(of));
    return after <= before * (1 + part) + more ? [] : `${name} grew from ${before} to ${after}`;
  });
}

/** A line of text in which the highest bar is the most that a measure was. */
export function plot(samples: readonly Sample[], measure: Measure, unit = 1): string {
  const values = samples.map(({ [measure]: value }) => value / unit);
  const columns = Array.from({ length: Math.min(COLUMNS, values.length) }, (_, column) => {
    const at = Math.floor((column * values.length) / Math.min(COLUMNS, values.length));
    return values[at] ?? 0;
  });
  const most = Math.max(...values, Number.MIN_VALUE);
  const bars = columns.map((value) => BARS[Math.round((value / most) * (BARS.length - 1))]);
  const range = `${round(Math.min(...values))} to ${round(Math.max(...values))}`;
  return `${measure.padEnd(11)} ${bars.join('')} ${range}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
