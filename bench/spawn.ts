import { deepEqual, ok } from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { Part } from './measure/part.js';
import { runAlone } from './measure/run-alone.js';
import { Sink } from './measure/sink.js';
import { rowsOf } from './measure/table.js';
import { takeTurnsApart, Worker } from './measure/worker.js';
import { versionOf } from './versions.js';

const PEER = 'dd-trace';
const JOURNALED = 'ours with a journal';
const VARIANTS = ['bare', 'floor', 'ours', JOURNALED, PEER] as const;
const TURNS = { rounds: 40, warmup: 12, perTurn: 25 };
const CHECKED = 20;
const NONE = { spans: 0, events: 0, records: 0 };
/** What the processes of the check are to have told; of the start of each there is an event too. */
const TOLD = new Map<string, object>([
  ['bare', NONE],
  ['floor', { spans: CHECKED, events: 2 * CHECKED, records: CHECKED }],
  ['ours', { spans: CHECKED, events: 2 * CHECKED, records: CHECKED }],
  [JOURNALED, { spans: CHECKED, events: 2 * CHECKED, records: CHECKED }],
]);
/** The peer's name for its spans. */
const MARK = 'command_execution';

const AGAINST = {
  bare: [],
  floor: ['bare'],
  ours: ['bare', 'floor'],
  [JOURNALED]: ['ours'],
  [PEER]: ['bare'],
};
const ABOUT =
  'One process after the other, from spawn to close; a program a variant, which take turns. ' +
  'All but the peer have the SDK registered, with batch processors to an exporter that discards. ' +
  'Ours was checked to export the same spans, histogram records and events as the floor, the peer exports spans.';
/** True by the definition of the variants, whatever their figures are. */
const LIMITS =
  'The floor makes by hand the SDK’s calls that ours makes, and hands the context on in a copy of the environment: what it costs over bare, the signals themselves cost, whoever makes them.';
const PEER_SETUP = 'its child_process plugin alone, to a local agent that accepts.';

/** The start and end of a real process, through the instrumentation of `node:child_process`. */
export const spawn: Part = async () => {
  const sink = await Sink.open([MARK]);
  const file = new URL('workers/spawn.js', import.meta.url);
  const workers = VARIANTS.map((name) => new Worker(name, file, [name, sink.url]));
  try {
    for (const worker of workers) {
      await worker.turn(CHECKED);
      deepEqual(await worker.told(), TOLD.get(worker.name) ?? {});
    }
    const { cpu, wall } = await takeTurnsApart(workers, TURNS);
    await setTimeout(3_000);
    ok((sink.marks.get(MARK) ?? 0) > 0, `${PEER} exported no span`);
    const variants = VARIANTS.map((name) => ({ name, work: () => {}, against: AGAINST[name] }));
    const notes = [LIMITS, `${PEER} ${versionOf(PEER)}, ${PEER_SETUP}`];
    const bounds = [
      { variant: 'ours', to: 'floor', atMost: 1.03, was: '1.06' },
      { variant: JOURNALED, to: 'ours', atMost: 1.03 },
      { variant: 'ours', to: PEER, atMost: 1 },
    ];
    return [
      {
        title: 'Spawn of a real process, wall clock',
        unit: 'ns',
        about: ABOUT,
        rows: rowsOf(variants, wall, bounds),
        notes,
      },
      {
        title: 'Spawn of a real process, processor time of the parent',
        unit: 'ns',
        about: ABOUT,
        rows: rowsOf(variants, cpu, [
          { variant: 'ours', to: 'floor', atMost: 1.03, was: '1.08' },
          { variant: 'ours', to: PEER, atMost: 1 },
        ]),
        notes,
      },
    ];
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
    await sink.close();
  }
};

await runAlone(import.meta.url, spawn);
