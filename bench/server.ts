import { ok } from 'node:assert/strict';
import type { Part, Row, Table } from './measure/part.js';
import { runAlone } from './measure/run-alone.js';
import { spreadOf } from './measure/statistics.js';
import { boundRow, type Limit, ratioRow } from './measure/table.js';
import { Worker } from './measure/worker.js';
import { EXAMPLE, ExecServer } from './variants/exec-server.js';

const IN_FLIGHT = 64;
const RUNNING = 8;
const ROUNDS = 12;
const MILLIS = 700;
/** Until the compilers of both servers have settled. */
const WARMUP_MILLIS = 5_000;
const METHOD = 'environment/info';
const OFF = 'telemetry off';
const MADE = 'telemetry on, nothing exported';
const ON = 'telemetry on';
const PAGE = 'telemetry on, and the live page';
const NATIVE = 'native, telemetry on';

const ABOUT_ROWS = `“${MADE}” makes spans that nobody exports, with events off and metrics unread; “${PAGE}” keeps the history that the page shows, for nobody who looks.`;

const ABOUT_PROCESSES =
  'A process is rare beside a request, so that its signals are made by code that has hardly run and whose data is in no cache: see “A process lifecycle, cold and warm”. The rest is the fork, which copies the page tables of whatever the server has in memory: see “Start of a child by resident memory”.';

function limitOf(withoutTelemetry: number): string {
  return `The goal leaves telemetry ${(withoutTelemetry / 4).toFixed(1)} µs a request. What the SDK itself takes for the signals of one request, whoever asks it, is the floor in “One request lifecycle”, and “Export over OTLP” comes on top; the server also records how long a request was queued.`;
}

interface Measured {
  readonly requests: number[];
  readonly cpu: number[];
  readonly processes: number[];
  readonly processCpu: number[];
}

/** The example server over a WebSocket, with its telemetry off and on, and the native one if it is at hand. */
export const server: Part = async () => {
  const sink = new Worker('sink', new URL('workers/sink.js', import.meta.url));
  const { port } = await sink.told();
  const endpoint = `http://127.0.0.1:${port}`;
  const servers: ExecServer[] = [];
  try {
    const exporting = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
    servers.push(await startExample(OFF, { OTEL_SDK_DISABLED: 'true' }));
    servers.push(await startExample(MADE, {}));
    servers.push(await startExample(ON, exporting));
    servers.push(await startExample(PAGE, exporting, []));
    const native = await startNative(endpoint);
    if (native !== undefined) servers.push(native);
    const measured = await measure(servers);
    for (const each of servers.splice(0)) await each.end();
    const told = await sink.told();
    for (const signal of ['traces', 'metrics', 'logs']) {
      ok((told[`/v1/${signal}`] ?? 0) > 0, `no ${signal} were exported`);
    }
    return tablesOf(measured, native !== undefined);
  } finally {
    for (const each of servers) await each.end();
    await sink.end();
  }
};

function startExample(
  name: string,
  env: Record<string, string>,
  args: readonly string[] = ['--no-page'],
): Promise<ExecServer> {
  return ExecServer.start(name, [...EXAMPLE, ...args], { OTEL_EXEC_LOG: 'off', ...env });
}

/** EXEC_SERVER_BIN and EXEC_SERVER_ARGS, in which `{endpoint}` is where to export to. */
async function startNative(endpoint: string): Promise<ExecServer | undefined> {
  const { EXEC_SERVER_BIN: command, EXEC_SERVER_ARGS: args } = process.env;
  if (!command) return undefined;
  const given = (args ?? 'exec-server --listen ws://127.0.0.1:0').split(' ');
  const filled = given.map((arg) => arg.replaceAll('{endpoint}', endpoint));
  return ExecServer.start(NATIVE, [command, ...filled], {});
}

async function measure(servers: readonly ExecServer[]): Promise<ReadonlyMap<string, Measured>> {
  const all = new Map(
    servers.map(({ name }): [string, Measured] => [
      name,
      { requests: [], cpu: [], processes: [], processCpu: [] },
    ]),
  );
  for (const { load } of servers) {
    await load.requests(METHOD, IN_FLIGHT, WARMUP_MILLIS);
    await load.processes(['true'], RUNNING, WARMUP_MILLIS / 2);
  }
  for (let round = -1; round < ROUNDS; round++) {
    for (let place = 0; place < servers.length; place++) {
      const each = servers[(place + Math.max(round, 0)) % servers.length] as ExecServer;
      const before = each.cpuMillis ?? Number.NaN;
      const began = performance.now();
      const perSecond = await each.load.requests(METHOD, IN_FLIGHT, MILLIS);
      const seconds = (performance.now() - began) / 1_000;
      const cpu = ((each.cpuMillis ?? Number.NaN) - before) / (perSecond * seconds);
      const idle = each.cpuMillis ?? Number.NaN;
      const beganProcesses = performance.now();
      const started = await each.load.processes(['true'], RUNNING, MILLIS);
      const processSeconds = (performance.now() - beganProcesses) / 1_000;
      const processCpu = ((each.cpuMillis ?? Number.NaN) - idle) / (started * processSeconds);
      if (round < 0) continue;
      const into = all.get(each.name);
      into?.requests.push(perSecond);
      into?.cpu.push(cpu * 1_000);
      into?.processes.push(started);
      into?.processCpu.push(processCpu * 1_000);
    }
  }
  return all;
}

function tablesOf(measured: ReadonlyMap<string, Measured>, native: boolean): Table[] {
  const of = (name: string, what: keyof Measured) => measured.get(name)?.[what] ?? [];
  const rows = (what: keyof Measured, kept?: Limit, overNative?: Limit): Row[] => [
    boundRow(OFF, spreadOf(of(OFF, what)), undefined),
    ratioRow(MADE, of(MADE, what), OFF, of(OFF, what)),
    ratioRow(ON, of(ON, what), OFF, of(OFF, what), kept),
    ratioRow(PAGE, of(PAGE, what), OFF, of(OFF, what)),
    ...(native
      ? [
          boundRow(NATIVE, spreadOf(of(NATIVE, what)), undefined),
          ratioRow(ON, of(ON, what), NATIVE, of(NATIVE, what), overNative),
        ]
      : []),
  ];
  const added = of(ON, 'processCpu').map(
    (micros, round) => micros - (of(OFF, 'processCpu')[round] ?? Number.NaN),
  );
  const about = `The example server over one WebSocket on the loopback interface, ${METHOD} with a trace context, ${IN_FLIGHT} requests in flight; all three signals go over OTLP/HTTP to a local sink.`;
  const absent = native
    ? []
    : [
        'The native server of the reference was not at hand (`EXEC_SERVER_BIN`), and is not in this table.',
      ];
  return [
    {
      title: 'Requests of a server, throughput',
      unit: 'requests/s',
      about,
      rows: rows('requests', { atLeast: 0.8 }, { atLeast: 1 }),
      notes: [ABOUT_ROWS, ...absent],
    },
    {
      title: 'Requests of a server, processor time of the server',
      unit: 'µs per request',
      about: `${about} By the system’s account of the server’s process, so that the client’s own work is not in it.`,
      rows: rows('cpu', { atMost: 1.25 }),
      chart: true,
      notes: [limitOf(spreadOf(of(OFF, 'cpu')).median)],
    },
    {
      title: 'Processes of a server',
      unit: 'processes/s',
      about: `\`true\`, started and reaped, ${RUNNING} at a time.`,
      rows: rows('processes', undefined, { atLeast: 5 }),
      notes: absent,
    },
    {
      title: 'Processes of a server, processor time of the server',
      unit: 'µs per process',
      about: `The same processes. By the system’s account of the server’s process, which has the fork in it, and not what the child does.`,
      rows: [
        ...rows('processCpu'),
        boundRow(`${ON}, over ${OFF}`, spreadOf(added), { atMost: 100, unit: 'µs' }),
      ],
      notes: [ABOUT_PROCESSES],
    },
  ];
}

await runAlone(import.meta.url, server);
