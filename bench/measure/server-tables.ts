import {
  ABOUT_SERVERS,
  MADE,
  NATIVE,
  NATIVE_OFF,
  OFF,
  PAGE,
  THREE,
  TWO,
} from '../variants/servers.js';
import type { Row, Table } from './part.js';
import { type Figures, IN_FLIGHT, type Measured, RATE, RUNNING } from './server-rounds.js';
import { spreadOf } from './statistics.js';
import { boundRow, type Limit, ratioRow } from './table.js';

type Figure = keyof Figures;

interface Pair {
  readonly name: string;
  readonly to: string;
  readonly limit?: Limit;
}

const CLIENT = 'A compiled client over one WebSocket on the loopback interface';
const METHOD = 'environment/info with a trace context';

const FORK =
  'A process is rare beside a request, so that its signals are made by code that has hardly run and whose data is in no cache: see “A process lifecycle, cold and warm”. The rest is the fork, which copies the page tables of whatever the server has in memory: see “Start of a child by resident memory”.';

/** What the rounds say, as tables. */
export function serverTables(measured: Measured): readonly Table[] {
  const of = (name: string, figure: Figure) =>
    (measured.get(name) ?? []).map((round) => round[figure]);
  const has = (name: string) => measured.has(name);
  const notes = has(NATIVE)
    ? []
    : ['The native server has no build for the machine that wrote this, and is not in the table.'];

  /** A row a server, and one for each pair that is compared. */
  const compared = (figure: Figure, pairs: readonly Pair[]): Row[] =>
    [...measured.keys()].flatMap((name): Row[] => {
      const own = pairs.filter((pair) => pair.name === name && has(pair.to));
      if (own.length === 0) return [boundRow(name, spreadOf(of(name, figure)), undefined)];
      return own.map(({ to, limit }) =>
        ratioRow(name, of(name, figure), to, of(to, figure), limit),
      );
    });

  /** What a server takes beyond another, in the same round. */
  const added = (figure: Figure, { name, to, limit }: Pair): Row[] => {
    if (!has(name) || !has(to)) return [];
    const others = of(to, figure);
    const beyond = of(name, figure).map((value, round) => value - (others[round] ?? Number.NaN));
    return [boundRow(`${name}, over ${to}`, spreadOf(beyond), limit)];
  };

  const perSecond: Table = {
    title: 'Requests of a server, throughput',
    unit: 'requests/s',
    about: `${CLIENT}, ${METHOD}, ${IN_FLIGHT} requests in flight. ${ABOUT_SERVERS}`,
    rows: compared('perSecond', [
      { name: OFF, to: NATIVE_OFF },
      ...[MADE, TWO, THREE, PAGE].map((name) => ({ name, to: OFF })),
      { name: TWO, to: NATIVE, limit: { atLeast: 1.5, was: '1.09–1.32' } },
      { name: THREE, to: NATIVE, limit: { atLeast: 1.2, was: '0.82–0.90' } },
      { name: NATIVE, to: NATIVE_OFF },
    ]),
    notes,
  };
  const cpu: Table = {
    title: 'Requests of a server, processor time of the server',
    unit: 'µs per request',
    about: `The same requests, by the system’s account of the server’s process, what it does in the tenth of a second after them included.`,
    rows: [
      ...compared('cpu', []),
      ...added('cpu', { name: MADE, to: OFF }),
      ...added('cpu', { name: TWO, to: OFF }),
      ...added('cpu', {
        name: THREE,
        to: OFF,
        limit: { atMost: 9, unit: 'µs', was: '13.5–14.9 µs' },
      }),
      ...added('cpu', { name: PAGE, to: OFF }),
      ...added('cpu', { name: NATIVE, to: NATIVE_OFF }),
    ],
    chart: true,
    notes,
  };
  const latency = (
    title: string,
    about: string,
    figures: readonly (readonly [label: string, figure: Figure, limit?: Limit])[],
  ): Table => ({
    title,
    unit: 'µs',
    about,
    rows: figures.flatMap(([label, figure, limit]) =>
      [...measured.keys()].map((name) =>
        boundRow(
          `${name}, ${label}`,
          spreadOf(of(name, figure)),
          name === THREE ? limit : undefined,
        ),
      ),
    ),
  });
  return [
    perSecond,
    cpu,
    latency(
      'Requests of a server, latency with one in flight',
      `${CLIENT}, ${METHOD}, one after the other.`,
      [
        ['p50', 'aloneP50'],
        ['p99', 'aloneP99'],
        ['p99.9', 'aloneP999', { atMost: 1_000, unit: 'µs', was: '5.1 ms' }],
      ],
    ),
    latency(
      `Requests of a server, latency at ${RATE.toLocaleString('en-US')} a second`,
      `${CLIENT}, ${METHOD}, sent evenly whether or not those before are answered; where 128 are not, one waits, which counts.`,
      [
        ['p50', 'steadyP50'],
        ['p99', 'steadyP99'],
        ['p99.9', 'steadyP999'],
      ],
    ),
    {
      title: `Event loop of a server at ${RATE.toLocaleString('en-US')} requests a second`,
      unit: 'ms, p99',
      about:
        'Of the same requests: by `monitorEventLoopDelay` with a timer of 1 ms, so that 1 ms is no delay at all.',
      rows: compared('loopP99', [
        ...[MADE, TWO, PAGE].map((name) => ({ name, to: OFF })),
        { name: THREE, to: OFF, limit: { atMost: 1.4, was: '3.1–3.7' } },
      ]).filter(({ value }) => !Number.isNaN(value.median)),
    },
    {
      title: 'Memory of a server at full speed',
      unit: 'MiB resident',
      about: `Right after ${IN_FLIGHT} requests in flight.`,
      rows: compared('resident', [
        ...[MADE, TWO, PAGE].map((name) => ({ name, to: OFF })),
        { name: THREE, to: OFF, limit: { atMost: 1.5, was: '2.3' } },
        { name: NATIVE, to: NATIVE_OFF },
      ]),
    },
    {
      title: 'Processes of a server',
      unit: 'processes/s',
      about: `\`true\`, started and reaped, ${RUNNING} at a time.`,
      rows: compared('processes', [
        ...[MADE, TWO, THREE, PAGE].map((name) => ({ name, to: OFF })),
        { name: THREE, to: NATIVE },
        { name: NATIVE, to: NATIVE_OFF },
      ]),
      notes,
    },
    {
      title: 'Processes of a server, processor time of the server',
      unit: 'µs per process',
      about: `The same processes. By the system’s account of the server’s process, which has the fork in it, and not what the child does.`,
      rows: [
        ...compared('processCpu', []),
        ...added('processCpu', { name: MADE, to: OFF }),
        ...added('processCpu', {
          name: THREE,
          to: OFF,
          limit: { atMost: 100, unit: 'µs', was: '0.35–0.5 ms' },
        }),
        ...added('processCpu', { name: NATIVE, to: NATIVE_OFF }),
      ],
      notes: [FORK],
    },
  ];
}
