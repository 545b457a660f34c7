import { equal, ok } from 'node:assert/strict';
import type { Part } from './measure/part.js';
import { runAlone } from './measure/run-alone.js';
import { rowsOf } from './measure/table.js';
import { type Told, takeTurnsApart, Worker } from './measure/worker.js';
import { versionOf } from './versions.js';

const SPANS = 'ours, spans alone';
const PEERS = ['@traceloop/instrumentation-mcp', '@sentry/node'] as const;
const CONTEXT = 'a context active, no signal';
const VARIANTS = ['bare', CONTEXT, 'by hand', 'ours', SPANS, ...PEERS] as const;
const TURNS = { rounds: 24, warmup: 50, perTurn: 300 };
const CHECKED = 100;

/** An MCP tool call, client and server in one process, over the SDK's in-memory transport. */
export const mcp: Part = async () => {
  const workers = VARIANTS.map(
    (name) => new Worker(name, new URL('workers/mcp.js', import.meta.url)),
  );
  try {
    const told = new Map<string, Told>();
    for (const worker of workers) told.set(worker.name, await toldOf(worker));
    for (const signal of ['spans', 'events', 'records']) {
      equal(told.get('bare')?.[signal], 0);
      equal(told.get('ours')?.[signal], CHECKED, signal);
    }
    for (const peer of PEERS) ok((told.get(peer)?.spans ?? 0) >= CHECKED, peer);
    const { cpu } = await takeTurnsApart(workers, TURNS);
    const variants = VARIANTS.map((name) => ({
      name,
      work: () => {},
      ...(name !== 'bare' && { against: 'bare' }),
    }));
    return [
      {
        title: 'MCP tools/call over in-memory transport',
        unit: 'ns of processor time per call',
        about: `Client and server of @modelcontextprotocol/sdk ${versionOf('@modelcontextprotocol/sdk')} in one process; a process a variant, which take turns.`,
        rows: rowsOf(variants, cpu, [
          { variant: 'ours', to: 'by hand', atMost: 1 },
          ...PEERS.map((peer) => ({ variant: SPANS, to: peer, atMost: 1 })),
        ]),
        chart: true,
        notes: [
          `“${CONTEXT}” is what everybody pays who keeps a trace across promises: the context manager and nothing else.`,
          'No peer emits a metric or an event, so that they are compared with ours where only spans are read.',
          `Signals per call: ${VARIANTS.map((name) => `${name} ${countsOf(told.get(name))}`).join('; ')}.`,
          `Peers: ${PEERS.map((peer) => `${peer} ${versionOf(peer)}`).join(', ')}, whose exporters discard as ours do.`,
        ],
      },
    ];
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
};

/** What {@link CHECKED} calls produce. */
async function toldOf(worker: Worker): Promise<Told> {
  await worker.turn(10);
  const before = await worker.told();
  await worker.turn(CHECKED);
  const after = await worker.told();
  return Object.fromEntries(
    Object.entries(after).map(([signal, count]) => [signal, count - (before[signal] ?? 0)]),
  );
}

function countsOf(told: Told | undefined): string {
  const { spans = 0, records = 0, events = 0 } = told ?? {};
  const each = (count: number) => String(Math.round((count / CHECKED) * 10) / 10);
  return `${each(spans)} spans, ${each(records)} histogram records, ${each(events)} events`;
}

await runAlone(import.meta.url, mcp);
