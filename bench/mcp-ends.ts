import { equal } from 'node:assert/strict';
import type { Part, Table } from './measure/part.js';
import { runAlone } from './measure/run-alone.js';
import { rowsOf } from './measure/table.js';
import { takeTurnsApart, Worker } from './measure/worker.js';
import { versionOf } from './versions.js';

const BARE = 'not observed';
const BY_HAND = 'both ends by hand';
const BOTH = 'both ends';
/** How many ends each variant observes. */
const ENDS = new Map([
  [BARE, 0],
  ['the client', 1],
  ['the server', 1],
  [BOTH, 2],
  [BY_HAND, 2],
]);
const VARIANTS = [...ENDS.keys()];
const TURNS = { rounds: 24, warmup: 40, perTurn: 300 };
const CHECKED = 100;

const GENERATIONS = [
  { generation: 'first', packages: ['@modelcontextprotocol/sdk'] },
  {
    generation: 'second',
    packages: ['@modelcontextprotocol/client', '@modelcontextprotocol/server'],
  },
] as const;

/** An MCP tool call that is observed where it is asked, where it is answered, or at both ends. */
export const mcpEnds: Part = async () => {
  const tables: Table[] = [];
  for (const { generation, packages } of GENERATIONS) {
    tables.push(await tableOf(generation, packages));
  }
  return tables;
};

async function tableOf(generation: string, packages: readonly string[]): Promise<Table> {
  const workers = VARIANTS.map(
    (name) => new Worker(name, new URL('workers/mcp-ends.js', import.meta.url), [generation, name]),
  );
  try {
    for (const worker of workers) await checkSignals(worker);
    const { cpu } = await takeTurnsApart(workers, TURNS);
    const variants = VARIANTS.map((name) => ({
      name,
      work: () => {},
      ...(name !== BARE && { against: BARE }),
    }));
    return {
      title: `MCP tools/call at both ends, the ${generation} SDK`,
      unit: 'ns of processor time per call',
      about:
        `${packages.map((name) => `${name} ${versionOf(name)}`).join(' and ')}, client and server in one process, over their ` +
        'in-memory transport; a process a variant, which take turns.',
      rows: rowsOf(variants, cpu, [{ variant: BOTH, to: BY_HAND, atMost: 1 }]),
      notes: [
        'Each end was checked to tell a span, a histogram record and an event of each call first, by ours and by hand; both carry the ' +
          'trace in `_meta`, and keep it active while they wait.',
      ],
    };
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

/** Asserts that each end which is observed has told everything of each call. */
async function checkSignals(worker: Worker): Promise<void> {
  await worker.turn(10);
  const before = await worker.told();
  await worker.turn(CHECKED);
  const after = await worker.told();
  for (const signal of ['spans', 'events', 'records']) {
    const told = (after[signal] ?? 0) - (before[signal] ?? 0);
    equal(told, CHECKED * (ENDS.get(worker.name) ?? 0), `${worker.name}: ${signal}`);
  }
}

await runAlone(import.meta.url, mcpEnds);
