import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Part, Row } from './measure/part.js';
import { runAlone } from './measure/run-alone.js';
import { spreadOf } from './measure/statistics.js';
import { boundRow } from './measure/table.js';

const MEBIBYTE = 2 ** 20;
/** Resident memory that the program is grown to, MiB; nothing for as it is. */
const SIZES = [0, 100, 200, 300, 400] as const;
const ROUNDS = 20;
const PER_ROUND = 10;
const OBJECTS = 5_000;

const LIMIT =
  'libuv forks on Linux (nodejs/node#14917, libuv/libuv#1715), which copies the page tables of all that is resident. So whatever a program keeps in memory, telemetry included, is paid for again with each child.';

/** What a child costs its parent, with no telemetry at all, by how much the parent has in memory. */
export const fork: Part = async () => {
  const kept: object[] = [];
  const rows: Row[] = [];
  for (const size of SIZES) {
    while (process.memoryUsage.rss() < size * MEBIBYTE) kept.push(someObjects(kept.length));
    await start(PER_ROUND);
    const micros: number[] = [];
    for (let round = 0; round < ROUNDS; round++) micros.push(await start(PER_ROUND));
    const resident = Math.round(process.memoryUsage.rss() / MEBIBYTE);
    rows.push(boundRow(`${resident} MiB resident`, spreadOf(micros), undefined));
  }
  return [
    {
      title: 'Start of a child by resident memory',
      unit: 'µs of processor time',
      about: '`true`, one after the other, from spawn to exit, in a program without telemetry.',
      rows,
      notes: [LIMIT],
    },
  ];
};

/** @returns microseconds of processor time that each took */
async function start(times: number): Promise<number> {
  const began = process.cpuUsage();
  for (let done = 0; done < times; done++) {
    await once(spawn('true', { stdio: 'ignore' }), 'exit');
  }
  const { user, system } = process.cpuUsage(began);
  return (user + system) / times;
}

function someObjects(seed: number): object {
  return Array.from({ length: OBJECTS }, (_, index) => ({ seed, half: index + 0.5 }));
}

await runAlone(import.meta.url, fork);
