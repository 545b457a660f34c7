import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findNode, OTHER_MAJORS } from './measure/nodes.js';
import type { Part, Row, Table } from './measure/part.js';
import { runProgram } from './measure/program.js';
import { runAlone } from './measure/run-alone.js';

/** The parts that run on every Node, and of their rows those that are about ours. */
const PARTS = [
  { name: 'lifecycle', file: 'lifecycle.js' },
  { name: 'idle', file: 'idle.js', flags: ['--expose-gc'] },
];

/** A few parts on the other supported versions of Node. */
export const otherNodes: Part = async () => {
  const tables = new Map<string, Table>();
  for (const major of OTHER_MAJORS) {
    const node = await findNode(major);
    const { stdout } = await promisify(execFile)(node, ['-p', 'process.versions.node']);
    for (const part of PARTS) {
      for (const table of await runProgram(part, node)) {
        const { rows: before = [], ...known } = tables.get(table.title) ?? table;
        const earlier = tables.has(table.title) ? before : [];
        const rows = [...earlier, ...rowsOn(`Node ${stdout.trim()}`, table)];
        tables.set(table.title, { ...known, rows, chart: false });
      }
    }
  }
  return [...tables.values()]
    .filter(({ rows }) => rows.length > 0)
    .map((table) => ({ ...table, title: `Other Nodes: ${table.title}` }));
};

/** Of what is measured in nanoseconds, ours; goals are those of the main Node. */
function rowsOn(node: string, { unit, rows }: Table): Row[] {
  if (unit !== 'ns') return [];
  return rows
    .filter(({ variant }) => variant.startsWith('ours'))
    .map(({ goal: _goal, ...row }) => ({ ...row, variant: `${node}, ${row.variant}` }));
}

await runAlone(import.meta.url, otherNodes);
