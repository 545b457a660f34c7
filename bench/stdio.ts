import { deepEqual } from 'node:assert/strict';
import type { Part, Row, Table } from './measure/part.js';
import { type Ends, PipedWorker } from './measure/piped-worker.js';
import type { Timings } from './measure/rounds.js';
import { runAlone } from './measure/run-alone.js';
import { spreadOf } from './measure/statistics.js';
import { boundRow, ratioRow } from './measure/table.js';
import { takeTurnsApart } from './measure/worker.js';
import { requestText, responseText, WIRES, type Wire } from './variants/wire.js';

const BARE = 'not observed';
const TWICE = 'parsing each message twice';
const SEAM = 'observed, nobody reads';
const SIGNALS = 'observed, all signals';
const VARIANTS = [BARE, TWICE, SEAM, SIGNALS] as const;
/** Messages of an exchange: a request and its response. */
const MESSAGES = 2;
const EXCHANGES = { rounds: 24, warmup: 6, perTurn: 1_000 };
const CHECKED = 100;
const FIRST_ID = 1_000_000;

const MIB = 2 ** 20;
const PIECE = 2 ** 16;
const STREAMS = { rounds: 15, warmup: 16, perTurn: 48 };
const CONSUMERS = [
  {
    name: 'bytes that are hashed',
    reads: 'bytes',
    piece: Buffer.alloc(
      PIECE,
      Uint8Array.from({ length: 251 }, (_, byte) => 255 - byte),
    ),
  },
  {
    name: 'lines, by readline',
    reads: 'lines',
    piece: Buffer.from(
      'what a program reads that has nothing to do with JSON-RPC here:\n'.repeat(1024),
    ),
  },
];
const ALONE = ', register, stdin claimed';
const REGISTER = ', register';
const FLAGS = ['--import', import.meta.resolve('otel-exec/register')];
type Consumer = (typeof CONSUMERS)[number];

interface Start {
  readonly start: string;
  readonly flags: string[];
}

const STARTS: readonly Start[] = [
  { start: '', flags: [] },
  { start: ALONE, flags: FLAGS },
  { start: REGISTER, flags: FLAGS },
];
const QUIET = [
  ...['TRACES', 'METRICS', 'LOGS'].map((signal) => [`OTEL_${signal}_EXPORTER`, 'none']),
  ['OTEL_LOG_LEVEL', 'ERROR'],
];

/** What it costs a program to be observed on its stdin and stdout, and one that speaks something else there. */
export const stdio: Part = async () => {
  const tables: Table[] = [];
  for (const framing of Object.keys(WIRES)) tables.push(await exchanges(framing));
  return [...tables, await streams()];
};

async function exchanges(framing: string): Promise<Table> {
  const wire = WIRES[framing] as Wire;
  const workers = VARIANTS.map(
    (name) => new PipedWorker(name, workerFile('stdio'), [framing, name], asking(wire)),
  );
  try {
    await checkSignals(workers);
    const { cpu } = await takeTurnsApart(workers, EXCHANGES);
    const micros = perMessage(cpu);
    const beyond = differences(micros(SEAM), micros(TWICE));
    return {
      title: `JSON-RPC on stdin and stdout, ${framing}`,
      unit: 'µs of processor time per message',
      about:
        'A server without a library, in a process of its own, that is asked one thing at a time by another: ' +
        `requests of ${requestText(wire.method, FIRST_ID).length} bytes, responses of ${responseText(FIRST_ID).length}.`,
      rows: [
        boundRow(BARE, spreadOf(micros(BARE)), undefined),
        boundRow(TWICE, spreadOf(micros(TWICE)), undefined),
        ratioRow(SEAM, micros(SEAM), BARE, micros(BARE)),
        boundRow(`${SEAM}, beyond one JSON.parse`, spreadOf(beyond), { atMost: 5, unit: 'µs' }),
        ratioRow(SIGNALS, micros(SIGNALS), BARE, micros(BARE)),
      ],
      notes: [
        `“beyond one JSON.parse” is the difference to “${TWICE}”, in the same round. “${SIGNALS}” has an SDK whose exporters ` +
          'discard, and is what a request’s span, metrics and event cost wherever it is observed.',
      ],
    };
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

/** Asserts that what is observed is each request, and that the rest of the variants tell nothing. */
async function checkSignals(workers: readonly PipedWorker[]): Promise<void> {
  for (const worker of workers) {
    await worker.turn(CHECKED);
    const count = worker.name === SIGNALS ? CHECKED : 0;
    deepEqual(await worker.told(), { spans: count, events: count, records: count }, worker.name);
  }
}

function asking(wire: Wire): (ends: Ends, times: number) => Promise<void> {
  let id = FIRST_ID;
  const bytes = wire.frame(responseText(id)).length;
  return async ({ write, answer }, times) => {
    for (let asked = 0; asked < times; asked++) {
      id++;
      const answered = answer(bytes);
      await write(wire.frame(requestText(wire.method, id)));
      await answered;
    }
  };
}

async function streams(): Promise<Table> {
  const timings = new Map<string, number[]>();
  for (let round = 0; round < STREAMS.rounds; round++) {
    for (const consumer of CONSUMERS) {
      for (let place = 0; place < STARTS.length; place++) {
        const start = STARTS[(place + round) % STARTS.length] as Start;
        const name = `${consumer.name}${start.start}`;
        timings.set(name, [
          ...(timings.get(name) ?? []),
          await takeTurnAnew(name, consumer, start),
        ]);
      }
    }
  }
  const micros = (name: string) => timings.get(name) ?? [];
  return {
    title: 'Something else on stdin',
    unit: 'µs of processor time per MiB',
    about:
      'A program that reads from a pipe what is no JSON-RPC, in a process of its own each time: by how its memory happens to ' +
      'lie, one process differs from the next by more than half.',
    rows: CONSUMERS.flatMap(({ name }): Row[] => {
      const [bare, alone, registered] = [name, `${name}${ALONE}`, `${name}${REGISTER}`];
      return [
        boundRow(bare, spreadOf(micros(bare)), undefined),
        ratioRow(alone, micros(alone), bare, micros(bare)),
        ratioRow(registered, micros(registered), alone, micros(alone), { atMost: 1.05 }),
      ];
    }),
    notes: [
      'The first bytes say that it is no JSON-RPC; from then on stdin is as it was. “Claimed” is by ' +
        "`telemetry.connection({ transport: 'stdio' })`, so that nothing is looked at; the goal is about the two that have the same loaded.",
    ],
  };
}

async function takeTurnAnew(name: string, consumer: Consumer, { start, flags }: Start) {
  const { reads, piece } = consumer;
  const worker = new PipedWorker(name, workerFile('consumer'), [reads, start], pouring(piece), {
    execArgv: flags,
    env: { ...process.env, ...Object.fromEntries(QUIET) },
  });
  try {
    await worker.turn(STREAMS.warmup);
    const { cpu } = await worker.turn(STREAMS.perTurn);
    return cpu / 1_000;
  } finally {
    await worker.end();
  }
}

function pouring(piece: Buffer): (ends: Ends, times: number) => Promise<void> {
  return async ({ write }, times) => {
    for (let poured = 0; poured < times * MIB; poured += piece.length) await write(piece);
  };
}

function workerFile(name: string): URL {
  return new URL(`workers/${name}.js`, import.meta.url);
}

function perMessage(cpu: Timings): (name: string) => number[] {
  return (name) => (cpu.get(name) ?? []).map((nanos) => nanos / 1_000 / MESSAGES);
}

function differences(values: readonly number[], from: readonly number[]): number[] {
  return values.map((value, round) => value - (from[round] ?? Number.NaN));
}

await runAlone(import.meta.url, stdio);
