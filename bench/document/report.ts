import { chartName } from '../measure/chart.js';
import type { Result } from '../measure/result.js';
import { renderTable } from '../measure/table.js';
import { summaryOf } from './summary.js';

/** Folder of the charts, beside the report. */
export const CHARTS = 'benchmarks';

/** The whole of `docs/benchmarks.md`. */
export function renderReport(results: ReadonlyMap<string, Result>): string {
  return [
    '# Benchmarks',
    '',
    ...summaryOf(results).map((line) => `- ${line}`),
    '',
    'Written by `npm run bench -w bench` from what it measured; no figure is typed by hand. Variants of a table',
    'take turns in the same run, and a ratio is the median of the ratios of single rounds, with their',
    'quartiles beside it; where a program ran in several processes, the median of their medians, with the',
    'lowest and the highest of their quartiles. Other load on the machine makes figures larger and spreads',
    'wider: each part says when it ran, and what the load average was before. Of goals, and how far they are',
    'reached, tells `bench/README.md`.',
    '',
    ...unique([...results.values()].map(({ machine }) => machine)).map((machine) => `- ${machine}`),
    '',
    ...[...results.entries()].flatMap(([name, result]) => [
      `## ${name}`,
      '',
      whenOf(result),
      '',
      ...result.tables.map((table) =>
        table.chart
          ? `${renderTable(table)}\n![${table.title}](${CHARTS}/${chartName(table)})\n`
          : renderTable(table),
      ),
    ]),
  ].join('\n');
}

/** When a part ran, and next to what. */
export function whenOf({ ran, node, version, load }: Result): string {
  return `Ran ${ran} on Node ${node}, otel-exec ${version}, load average ${load.toFixed(1)}.`;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
