import { fork } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chartName, renderChart } from './measure/chart.js';
import type { Table } from './measure/part.js';
import { mergeRepetitions } from './measure/repetition.js';
import { sideInstall } from './measure/side-install.js';
import { renderTable } from './measure/table.js';
import { PROGRAMS, type Program } from './parts.js';
import { CHARTS, renderReport } from './report.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Runs one program in a process of its own and returns its tables. */
async function runProgram({ file, side, flags = [] }: Program): Promise<readonly Table[]> {
  const folder = side === undefined ? join(ROOT, 'build') : await sideInstall(side);
  const child = fork(join(folder, 'bench', file), {
    execArgv: [...process.execArgv, ...flags],
    cwd: folder,
  });
  return new Promise((resolve, reject) => {
    let tables: readonly Table[] | undefined;
    child.once('message', (message) => {
      tables = message as readonly Table[];
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0 && tables !== undefined) resolve(tables);
      else reject(new Error(`${file} ended with ${signal ?? code} and told nothing`));
    });
  });
}

async function main(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.filter((name) => !PROGRAMS.some((program) => program.name === name));
  if (unknown.length > 0) throw new Error(`no part ${unknown}; there are ${names(PROGRAMS)}`);
  const programs = PROGRAMS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const tables: Table[] = [];
  const [load = 0] = loadavg();
  for (const [index, program] of programs.entries()) {
    const began = performance.now();
    process.stderr.write(`[${index + 1}/${programs.length}] ${program.name} … `);
    const runs: (readonly Table[])[] = [];
    for (let time = 0; time < (program.repeat ?? 1); time++) runs.push(await runProgram(program));
    const measured = mergeRepetitions(runs);
    tables.push(...measured);
    process.stderr.write(`${((performance.now() - began) / 1_000).toFixed(0)} s\n`);
    if (wanted.length > 0) for (const table of measured) console.log(renderTable(table));
  }
  if (wanted.length === 0) await writeReport(tables, load);
}

async function writeReport(tables: readonly Table[], load: number): Promise<void> {
  const docs = join(ROOT, 'docs');
  const charts = join(docs, CHARTS);
  await rm(charts, { recursive: true, force: true });
  await mkdir(charts, { recursive: true });
  for (const table of tables.filter(({ chart }) => chart)) {
    await writeFile(join(charts, chartName(table)), renderChart(table));
  }
  await writeFile(join(docs, 'benchmarks.md'), renderReport(tables, load));
}

function names(programs: readonly Program[]): string {
  return programs.map(({ name }) => name).join(', ');
}

await main(process.argv.slice(2));
