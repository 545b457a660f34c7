import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Part, Table } from './measure/part.js';
import { runAlone } from './measure/run-alone.js';
import { spreadOf } from './measure/statistics.js';
import { boundRow, ratioRow } from './measure/table.js';

const run = promisify(execFile);
const ROUNDS = 25;
const LINES_MILLIS = 80;
const OF_BY_HAND = 1.05;
const MEBIBYTE = 2 ** 20;

const REGISTER = ['--import', 'otel-exec/register'];
/** Nobody is there, and nobody is asked: each program ends as soon as it has begun. */
const OTLP = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
const PLAIN = 'plain Node';
const LINES = 'register, lines alone';
const BY_HAND = 'the SDK by hand, OTLP';
const EXPORTING = 'register, OTLP';
const VARIANTS: Readonly<Record<string, readonly [flags: readonly string[], env: object]>> = {
  [PLAIN]: [[], {}],
  [LINES]: [REGISTER, {}],
  [BY_HAND]: [['--import', fileURLToPath(new URL('workers/sdk-start.js', import.meta.url))], OTLP],
  [EXPORTING]: [REGISTER, OTLP],
};
const FIGURES = ['wall', 'cpu', 'resident'] as const;
const TELL = `
  const { user, system } = process.cpuUsage();
  const figures = [performance.now(), (user + system) / 1_000, process.memoryUsage.rss()];
  require('node:fs').writeSync(1, figures.join(' '));
  process.exit();
`;

type Figure = (typeof FIGURES)[number];

/** What a program pays that is started with `otel-exec/register`, until its own first line. */
export const start: Part = async () => {
  const measured = await measure();
  const of = (name: string, figure: Figure) => measured.get(`${name} ${figure}`) ?? [];
  const over = (name: string, other: string, figure: Figure) =>
    of(name, figure).map((value, round) => value - (of(other, figure)[round] ?? Number.NaN));
  const times = (figure: Figure) => [
    ...Object.keys(VARIANTS).map((name) => boundRow(name, spreadOf(of(name, figure)), undefined)),
    boundRow(`${LINES}, over ${PLAIN}`, spreadOf(over(LINES, PLAIN, figure)), {
      atMost: LINES_MILLIS,
      unit: 'ms',
      was: '230 ms',
    }),
    ratioRow(
      `${EXPORTING}, over ${PLAIN}`,
      over(EXPORTING, PLAIN, figure),
      `${BY_HAND}, over ${PLAIN}`,
      over(BY_HAND, PLAIN, figure),
      { atMost: OF_BY_HAND, was: '~1.25' },
    ),
  ];
  const about =
    'Whole processes, one after the other, that end with their first line. By hand is `new NodeSDK().start()` in a module of its own, with no instrumentation; register has all of this package’s.';
  const mebibytes = (name: string) =>
    spreadOf(of(name, 'resident').map((bytes) => bytes / MEBIBYTE));
  const memory: Table = {
    title: 'Start of a program, resident memory',
    unit: 'MiB',
    about,
    rows: Object.keys(VARIANTS).map((name) => boundRow(name, mebibytes(name), undefined)),
  };
  return [
    { title: 'Start of a program, wall clock', unit: 'ms', about, rows: times('wall') },
    { title: 'Start of a program, processor time', unit: 'ms', about, rows: times('cpu') },
    memory,
  ];
};

async function measure(): Promise<ReadonlyMap<string, readonly number[]>> {
  const names = Object.keys(VARIANTS);
  const measured = new Map<string, number[]>();
  for (let round = -1; round < ROUNDS; round++) {
    for (let place = 0; place < names.length; place++) {
      const name = names[(place + Math.max(round, 0)) % names.length] as string;
      const figures = await startOne(name);
      if (round < 0) continue;
      for (const [index, figure] of FIGURES.entries()) {
        const key = `${name} ${figure}`;
        measured.set(key, [...(measured.get(key) ?? []), figures[index] ?? Number.NaN]);
      }
    }
  }
  return measured;
}

async function startOne(name: string): Promise<number[]> {
  const [flags, env] = VARIANTS[name] ?? [[], {}];
  const inherited = Object.entries(process.env).filter(([each]) => !each.startsWith('OTEL_'));
  const { stdout } = await run(process.execPath, [...flags, '--eval', TELL], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...Object.fromEntries(inherited), ...env },
  });
  return stdout.split(' ').map(Number);
}

await runAlone(import.meta.url, start);
