import { setTimeout } from 'node:timers/promises';
import type { ExecServer } from '../variants/exec-server.js';

/** What each server is made to do in a round, and for how long, milliseconds. */
export const IN_FLIGHT = 64;
export const RATE = 5_000;
export const RUNNING = 8;
const MILLIS = { busy: 700, alone: 500, steady: 1_000, processes: 700 };
/** Until the compilers of all servers have settled. */
const WARMUP_MILLIS = 3_000;
/** What a server still does once all is answered: part of what a request costs. */
const TAIL_MILLIS = 100;
const ROUNDS = 15;

/** The figures of a round. */
export const FIGURES = [
  'perSecond',
  'cpu',
  'resident',
  'aloneP50',
  'aloneP99',
  'aloneP999',
  'steadyP50',
  'steadyP99',
  'steadyP999',
  'loopP50',
  'loopP99',
  'processes',
  'processCpu',
] as const;

/**
 * Per second; processor time in microseconds each; resident memory in MiB; latencies in microseconds; the
 * event loop's delay in milliseconds.
 */
export type Figures = Readonly<Record<(typeof FIGURES)[number], number>>;

/** The rounds of each server, by its name. */
export type Measured = ReadonlyMap<string, readonly Figures[]>;

/** Gives servers turns in an order that rotates; one at a time works, the others wait. */
export async function takeServerTurns(servers: readonly ExecServer[]): Promise<Measured> {
  const measured = new Map(servers.map(({ name }) => [name, [] as Figures[]]));
  for (const { client } of servers) {
    await client.do({ do: 'requests', inFlight: IN_FLIGHT, millis: WARMUP_MILLIS });
    await client.do({ do: 'processes', inFlight: RUNNING, millis: WARMUP_MILLIS / 2 });
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (let place = 0; place < servers.length; place++) {
      const server = servers[(place + round) % servers.length] as ExecServer;
      measured.get(server.name)?.push(await takeRound(server));
    }
  }
  return measured;
}

async function takeRound(server: ExecServer): Promise<Figures> {
  const { client } = server;
  const busy = await costing(server, () =>
    client.do({ do: 'requests', inFlight: IN_FLIGHT, millis: MILLIS.busy }),
  );
  const resident = server.residentMebibytes;
  const alone = await client.do({ do: 'requests', inFlight: 1, millis: MILLIS.alone });
  let steady = { p50: Number.NaN, p99: Number.NaN, p999: Number.NaN };
  const loop = await server.loopDelayDuring(async () => {
    steady = await client.do({ do: 'steady', rate: RATE, millis: MILLIS.steady });
  });
  const processes = await costing(server, () =>
    client.do({ do: 'processes', inFlight: RUNNING, millis: MILLIS.processes }),
  );
  return {
    perSecond: busy.perSecond,
    cpu: busy.cpu,
    resident,
    aloneP50: alone.p50,
    aloneP99: alone.p99,
    aloneP999: alone.p999,
    steadyP50: steady.p50,
    steadyP99: steady.p99,
    steadyP999: steady.p999,
    loopP50: loop?.p50 ?? Number.NaN,
    loopP99: loop?.p99 ?? Number.NaN,
    processes: processes.perSecond,
    processCpu: processes.cpu,
  };
}

/** What each answer took of the server's processor, microseconds. */
async function costing<Done extends { readonly count: number; readonly perSecond: number }>(
  server: ExecServer,
  work: () => Promise<Done>,
): Promise<Done & { readonly cpu: number }> {
  const before = server.cpuMillis;
  const done = await work();
  await setTimeout(TAIL_MILLIS);
  return { ...done, cpu: ((server.cpuMillis - before) * 1_000) / done.count };
}
