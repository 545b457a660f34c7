import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Counted, ProbedServer, type Sample } from '../probed-server.js';
import { Tally } from '../tally.js';
import { attach, type CountingClient, connect } from './counting-client.js';
import { type Dice, ERRANDS, fillWhatIsKept, leaveThingsUndone } from './errands.js';
import { growths, plot } from './flatness.js';

/**
 * Two real servers, one over WebSocket and one on stdio, under clients that do everything a client can, for
 * as long as is asked. After each round everything must agree and nothing may be left; at the end, nothing
 * may have grown. Exits 1 where it is not so, and says what to run to see it again.
 */

const LANES = 6;
const ROUNDS = 15;
const SHORTEST_ROUND_MILLIS = 500;
const LONGEST_ROUND_MILLIS = 10_000;
const MEBIBYTE = 1024 * 1024;

const { values: options } = parseArgs({
  options: {
    collector: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
  },
});
const seconds = Number(options.seconds);
const seed = Number(options.seed);
if (!(seconds > 0) || !Number.isInteger(seed)) throw new Error('--seconds N --seed N --collector');
const errands = new Tally();
let sent = 0;

// https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32
function diceOf(start: number): Dice {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

async function doErrand(client: CountingClient, dice: Dice): Promise<void> {
  const all = Object.entries(ERRANDS);
  const [name, errand] = all[dice(all.length)] as (typeof all)[number];
  errands.count(name);
  await errand(client, dice);
}

async function visit(url: string, counted: Counted, dice: Dice): Promise<void> {
  const client = await connect(url, counted);
  for (let i = dice(8); i >= 0; i--) await doErrand(client, dice);
  const isRude = dice(2) === 0;
  if (isRude) {
    errands.count('leavesThingsUndone');
    await leaveThingsUndone(client, dice);
  }
  await client.leave(client.socket, isRude);
  sent += client.sent;
}

async function soak(): Promise<void> {
  await using socketServer = await ProbedServer.start(
    ['--listen', 'ws://127.0.0.1:0', '--no-page'],
    options.collector,
  );
  await using stdioServer = await ProbedServer.start(['--listen', 'stdio'], options.collector);
  const work = soakBoth(socketServer, stdioServer);
  await Promise.race([work, socketServer.died(), stdioServer.died()]);
}

async function soakBoth(socketServer: ProbedServer, stdioServer: ProbedServer): Promise<void> {
  const url = await socketServer.url();
  const overSocket: Counted = { requests: new Tally(), processes: new Tally() };
  const overStdio: Counted = { requests: new Tally(), processes: new Tally() };
  const stdioClient = attach(stdioServer, overStdio);
  const dice = Array.from({ length: LANES + 1 }, (_, lane) => diceOf(seed + lane));
  await fillWhatIsKept(stdioClient, diceOf(seed));
  const samples: { socket: Sample; stdio: Sample }[] = [];
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  const roundMillis = Math.min(
    LONGEST_ROUND_MILLIS,
    Math.max(SHORTEST_ROUND_MILLIS, (seconds * 1000) / ROUNDS),
  );

  while (elapsed() < seconds || samples.length < 6) {
    const end = performance.now() + roundMillis;
    await Promise.all(
      dice.map(async (own, lane) => {
        while (performance.now() < end) {
          if (lane === LANES) await doErrand(stdioClient, own);
          else await visit(url, overSocket, own);
        }
      }),
    );
    await Promise.all([socketServer.agreed(overSocket), stdioServer.agreed(overStdio)]);
    const sample = { socket: await socketServer.rested(), stdio: await stdioServer.rested() };
    samples.push(sample);
    const { socket, stdio } = sample;
    process.stdout.write(
      `${elapsed().toFixed(0).padStart(5)} s  ${sent + stdioClient.sent} requests, ` +
        `${overSocket.processes.total + overStdio.processes.total} processes; ` +
        `heap ${mebibytes(socket.heapUsed)} and ${mebibytes(stdio.heapUsed)} MiB, ` +
        `descriptors ${socket.descriptors} and ${stdio.descriptors}\n`,
    );
  }

  await socketServer.measured(overSocket);
  report(
    'over WebSocket',
    sent,
    overSocket,
    socketServer,
    samples.map(({ socket }) => socket),
  );
  if ((await socketServer.end()) !== 0) throw new Error('the server did not end well');
  await socketServer.measured(overSocket);
  if ((await stdioServer.end()) !== 0) throw new Error('the server on stdio did not end well');
  await stdioServer.measured(overStdio);
  report(
    'on stdio',
    stdioClient.sent,
    overStdio,
    stdioServer,
    samples.map(({ stdio }) => stdio),
  );
}

function report(
  where: string,
  sent: number,
  clients: Counted,
  { told, exported, metered, spans, complaints }: ProbedServer,
  samples: readonly Sample[],
): void {
  const figures = { answered: clients, lines: told, records: exported, metric: metered };
  const texts = Object.entries(figures).map(
    ([name, { requests, processes }]) => `${name} ${requests.total} and ${processes.total}`,
  );
  process.stdout.write(
    `\n${where}: sent ${sent} requests; requests and processes ${texts.join(', ')}, ` +
      `spans ${spans.of('requests')} and ${spans.of('processes')}\n` +
      `${plot(samples, 'heapUsed', MEBIBYTE)} MiB\n${plot(samples, 'rss', MEBIBYTE)} MiB\n` +
      `${plot(samples, 'descriptors')}\n${plot(samples, 'resources')}\n`,
  );
  const faults = [
    ...(sent === clients.requests.total ? [] : [`${clients.requests.total} of ${sent} ended`]),
    ...growths(samples),
    ...complaints,
  ];
  if (faults.length > 0) throw new Error(`${where}: ${faults.join('\n')}`);
}

function mebibytes(bytes: number): string {
  return (bytes / MEBIBYTE).toFixed(1);
}

process.stdout.write(`soak: --seconds ${seconds} --seed ${seed}\n`);
try {
  await soak();
  const done = errands.names.map((name) => `${name} ${errands.of(name)}`);
  process.stdout.write(`\n${done.join(', ')}\nnothing is missing, nothing is left\n`);
} catch (error) {
  process.stdout.write(`\n${error}\nto see it again: --seconds ${seconds} --seed ${seed}\n`);
  process.exitCode = 1;
}
