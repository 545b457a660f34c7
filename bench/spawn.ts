import { equal, ok } from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { Part } from './measure/part.js';
import { runAlone } from './measure/run-alone.js';
import { Sink } from './measure/sink.js';
import { rowsOf } from './measure/table.js';
import { takeTurnsApart, Worker } from './measure/worker.js';
import { versionOf } from './versions.js';

const PEER = 'dd-trace';
const VARIANTS = ['bare', 'ours', PEER] as const;
const TURNS = { rounds: 40, warmup: 12, perTurn: 25 };
const CHECKED = 20;
/** The peer's name for its spans. */
const MARK = 'command_execution';

/** The start and end of a real process, through the instrumentation of `node:child_process`. */
export const spawn: Part = async () => {
  const sink = await Sink.open([MARK]);
  const file = new URL('workers/spawn.js', import.meta.url);
  const workers = VARIANTS.map((name) => new Worker(name, file, [name, sink.url]));
  try {
    for (const worker of workers) {
      await worker.turn(CHECKED);
      const { spans, events } = await worker.told();
      if (worker.name === 'ours') equal(Math.min(spans ?? 0, events ?? 0), CHECKED);
    }
    const { cpu, wall } = await takeTurnsApart(workers, TURNS);
    await setTimeout(3_000);
    ok((sink.marks.get(MARK) ?? 0) > 0, `${PEER} exported no span`);
    const variants = VARIANTS.map((name) => ({
      name,
      work: () => {},
      ...(name !== 'bare' && { against: 'bare' }),
    }));
    const about =
      'One process after the other, from spawn to close; a program a variant, which take turns. Ours has all three signals, the peer spans.';
    const versions = [
      `${PEER} ${versionOf(PEER)}, its child_process plugin alone, to a local agent that accepts.`,
    ];
    const bounds = [
      { variant: 'ours', to: 'bare', atMost: 1.03 },
      { variant: 'ours', to: PEER, atMost: 1 },
    ];
    return [
      {
        title: 'Spawn of a real process, wall clock',
        unit: 'ns',
        about,
        rows: rowsOf(variants, wall, bounds),
        notes: versions,
      },
      {
        title: 'Spawn of a real process, processor time of the parent',
        unit: 'ns',
        about,
        rows: rowsOf(variants, cpu, [{ variant: 'ours', to: PEER, atMost: 1 }]),
        notes: versions,
      },
    ];
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
    await sink.close();
  }
};

await runAlone(import.meta.url, spawn);
