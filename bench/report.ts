import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { chartName } from './measure/chart.js';
import type { Table } from './measure/part.js';
import { renderTable } from './measure/table.js';
import { versionOf } from './versions.js';

const GIB = 2 ** 30;

/** Folder of the charts, beside the report. */
export const CHARTS = 'benchmarks';

/**
 * The whole of `docs/benchmarks.md`.
 * @param load the machine's load average before anything ran
 */
export function renderReport(tables: readonly Table[], load: number): string {
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench -w bench` from what it measured; no figure is typed by hand. Variants of a table',
    'take turns in the same run, and a ratio is the median of the ratios of single rounds, with their',
    'quartiles beside it; where a program ran in several processes, the median of their medians, with the',
    'lowest and the highest of their quartiles. A goal is met, or not, by the median; “within the spread”',
    `says that this run could not tell for sure. The load average before the run was ${load.toFixed(1)}.`,
    '',
    ...machine().map((line) => `- ${line}`),
    '',
    ...tables.map((table) =>
      table.chart ? `${renderTable(table)}\n${imageOf(table)}\n` : renderTable(table),
    ),
  ].join('\n');
}

function imageOf(table: Table): string {
  return `![${table.title}](${CHARTS}/${chartName(table)})`;
}

function machine(): string[] {
  const memory = `${Math.round(totalmem() / GIB)} GiB`;
  return [
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} threads, ${memory}, ${platform()} ${arch()}`,
    `Node ${process.versions.node} (V8 ${process.versions.v8})`,
    `otel-exec ${versionOf('otel-exec')}`,
  ];
}
