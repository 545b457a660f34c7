import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askedNode, checkTypes, installApp, LINES, type Line } from './app.js';
import { CHECKS, type Check } from './checks.js';
import { findNodes, type Node } from './nodes.js';
import { inParallel, run } from './run.js';

/*
 * Installs the packed package into an app of each OpenTelemetry line, runs the checks on each Node, and
 * prints what passed where.
 */

const AT_ONCE = 2;
const folder = mkdtempSync(join(tmpdir(), 'otel-exec-matrix-'));
const failures: string[] = [];
const began = Date.now();

async function pack(): Promise<string> {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', args);
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  return join(folder, packed?.filename ?? '');
}

async function attempt(title: string, work: () => Promise<void>): Promise<string> {
  try {
    await work();
    return 'pass';
  } catch (error) {
    failures.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
    return 'FAIL';
  }
}

function table(lines: readonly Line[], nodes: readonly Node[], cells: Map<string, string>): string {
  const columns = lines.flatMap((line) => nodes.map((node) => [line, node] as const));
  const head = columns.map(([{ title }, { version }]) => `${title}, ${version}`);
  const rows = CHECKS.map((check) =>
    columns.map(([line, node]) => cells.get(keyOf(check, line, node)) ?? '–'),
  );
  const row = (first: string, rest: readonly string[]) => `| ${[first, ...rest].join(' | ')} |`;
  return [
    row('', head),
    row(
      '---',
      head.map(() => '---'),
    ),
    row(
      'install, one copy of the API',
      columns.map(([{ title }]) => cells.get(title) ?? '–'),
    ),
    row(
      'types of the line',
      columns.map(([{ title }]) => cells.get(`types, ${title}`) ?? '–'),
    ),
    ...CHECKS.map(({ title }, index) => row(title, rows[index] ?? [])),
  ].join('\n');
}

const keyOf = (check: Check, line: Line, node: Node) =>
  `${check.title}, ${line.title}, Node ${node.version}`;

try {
  const cells = new Map<string, string>();
  const [tarball, nodes] = await Promise.all([pack(), findNodes()]);
  await Promise.all(
    LINES.map(async (line) => {
      const app = join(folder, line.title);
      const install = () => installApp(app, line, tarball);
      cells.set(line.title, await attempt(`install, ${line.title}`, install));
      const types = `types, ${line.title}`;
      cells.set(types, await attempt(types, () => checkTypes(app)));
    }),
  );
  const installed = LINES.filter(({ title }) => cells.get(title) === 'pass');
  const runs = installed.flatMap((line) =>
    nodes.flatMap((node) =>
      CHECKS.map((check) => async () => {
        const key = keyOf(check, line, node);
        const work = () => check.run(node.path, join(folder, line.title));
        cells.set(key, await attempt(key, work));
      }),
    ),
  );
  await inParallel(AT_ONCE, runs);
  process.stdout.write(`${table(LINES, nodes, cells)}\n`);
  for (const { title } of installed) {
    process.stdout.write(`\n${title} itself asks for Node ${askedNode(join(folder, title))}.\n`);
  }
  for (const failure of failures) process.stdout.write(`\n${failure}\n`);
  const passed = [...cells.values()].filter((cell) => cell === 'pass').length;
  const seconds = Math.round((Date.now() - began) / 1_000);
  process.stdout.write(`\n  ${passed} passing (${seconds} s)\n  ${failures.length} failing\n`);
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
