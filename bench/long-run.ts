import { heapUsed } from './measure/heap.js';
import type { Part } from './measure/part.js';
import { takeTurns, type Variant } from './measure/rounds.js';
import { runAlone } from './measure/run-alone.js';
import { spreadOf } from './measure/statistics.js';
import { boundRow, ratioRow } from './measure/table.js';
import { registerSdk } from './sdk.js';
import { floor } from './variants/floor.js';
import { messages } from './variants/message.js';
import { ours } from './variants/ours.js';

const TENTHS = 10;
/** Ten times this is the million; the floor does as many, to compare with at the same moment. */
const TURNS = { rounds: 10, warmup: 0, turns: 25, perTurn: 400 };
const WARMUP = { ...TURNS, rounds: 5 };
const BYTES_A_LIFECYCLE = 1;

/** A million request lifecycles in one process. */
export const longRun: Part = async () => {
  const sdk = await registerSdk();
  const variants = pair(floor(sdk), ours());
  await takeTurns(variants, WARMUP);
  const heaps: number[] = [await settledHeap(sdk)];
  const costs: { readonly ours: readonly number[]; readonly floor: readonly number[] }[] = [];
  for (let tenth = 0; tenth < TENTHS; tenth++) {
    const timings = await takeTurns(variants, TURNS);
    costs.push({ ours: timings.get('ours') ?? [], floor: timings.get('floor') ?? [] });
    heaps.push(await settledHeap(sdk));
  }
  const [first, last] = [costs[0], costs[TENTHS - 1]];
  const lifecycles = TENTHS * TURNS.rounds * TURNS.turns * TURNS.perTurn;
  const growth = ((heaps.at(-1) ?? 0) - (heaps[0] ?? 0)) / lifecycles;
  const drift = (last ? over(last) : Number.NaN) / (first ? over(first) : Number.NaN);
  return [
    {
      title: `Long run: ${lifecycles.toLocaleString('en-US')} lifecycles`,
      unit: 'ns',
      about:
        'Each tenth is measured in turns with the floor, so that a change of the machine is not taken for a change of ours.',
      rows: [
        ratioRow('first tenth', first?.ours ?? [], 'floor', first?.floor ?? []),
        ratioRow('last tenth', last?.ours ?? [], 'floor', last?.floor ?? []),
      ],
    },
    {
      title: 'Long run: drift',
      unit: 'see variant',
      about: 'From the first tenth to the last.',
      rows: [
        boundRow('ratio to the floor, last tenth over first', spreadOf([drift]), {
          atLeast: 0.9,
          atMost: 1.1,
        }),
        boundRow('growth of the heap, bytes per lifecycle', spreadOf([growth]), {
          atMost: BYTES_A_LIFECYCLE,
          unit: 'byte',
        }),
      ],
    },
  ];
};

function pair(floorWork: ReturnType<typeof floor>, ourWork: ReturnType<typeof ours>): Variant[] {
  const [forFloor, forOurs] = [messages(true), messages(true)];
  return [
    { name: 'floor', work: () => floorWork(forFloor()) },
    { name: 'ours', work: () => ourWork(forOurs()) },
  ];
}

function over(cost: { readonly ours: readonly number[]; readonly floor: readonly number[] }) {
  return ratioRow('ours', cost.ours, 'floor', cost.floor).ratio?.value.median ?? Number.NaN;
}

async function settledHeap(sdk: { flush(): Promise<void> }): Promise<number> {
  await sdk.flush();
  return heapUsed();
}

await runAlone(import.meta.url, longRun);
