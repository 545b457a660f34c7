import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chartName, renderChart } from '../measure/chart.js';
import { readResults } from '../measure/result.js';
import { PROGRAMS } from '../parts.js';
import { renderGoals } from './goals.js';
import { CHARTS, renderReport } from './report.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The documents that tell the results in `bench/results/`: each path from the top, and its text. */
export async function documents(): Promise<ReadonlyMap<string, string>> {
  const results = await readResults(PROGRAMS.map(({ name }) => name));
  const charts = [...results.values()]
    .flatMap(({ tables }) => tables)
    .filter(({ chart, rows }) => chart && rows.length > 0);
  return new Map([
    ['docs/benchmarks.md', renderReport(results)],
    ['bench/README.md', renderGoals(results)],
    ...charts.map((table): [string, string] => [
      `docs/${CHARTS}/${chartName(table)}`,
      renderChart(table),
    ]),
  ]);
}

/** Writes them. */
export async function writeDocuments(): Promise<void> {
  const charts = join(ROOT, 'docs', CHARTS);
  await rm(charts, { recursive: true, force: true });
  await mkdir(charts, { recursive: true });
  for (const [path, text] of await documents()) await writeFile(join(ROOT, path), text);
}
