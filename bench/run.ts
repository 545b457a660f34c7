import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { writeDocuments } from './document/write.js';
import { findNode, MAIN_MAJOR } from './measure/nodes.js';
import { runProgram } from './measure/program.js';
import { keepResult, resultOf } from './measure/result.js';
import { renderTable } from './measure/table.js';
import { PROGRAMS } from './parts.js';

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { print: { type: 'boolean', default: false } },
});

const unknown = wanted.filter((name) => !PROGRAMS.some((program) => program.name === name));
if (unknown.length > 0) {
  const names = PROGRAMS.map(({ name }) => name).join(', ');
  throw new Error(`no part ${unknown.join(', ')}; there are ${names}`);
}

const node = await findNode(MAIN_MAJOR);
const { stdout } = await promisify(execFile)(node, ['-p', 'process.versions.node']);
const programs = PROGRAMS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
for (const [index, program] of programs.entries()) {
  process.stderr.write(`[${index + 1}/${programs.length}] ${program.name} … `);
  const result = await resultOf(stdout.trim(), () => runProgram(program, node)).catch(tell);
  if (result === undefined) continue;
  process.stderr.write(`${result.seconds} s\n`);
  if (wanted.length > 0) for (const table of result.tables) console.log(renderTable(table));
  if (values.print) continue;
  await keepResult(program.name, result);
  await writeDocuments();
}

/** The other parts are measured all the same. */
function tell(error: unknown): undefined {
  console.error(error);
  process.exitCode = 1;
}
