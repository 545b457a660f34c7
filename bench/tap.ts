import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Part } from './measure/part.js';
import { runAlone } from './measure/run-alone.js';
import { spreadOf } from './measure/statistics.js';
import { boundRow, ratioRow } from './measure/table.js';

const OTEL_EXEC = fileURLToPath(new URL('../../cli/bin/otel-exec.js', import.meta.url));
const ROUNDS = 20;
const PER_ROUND = 5_000;
const MEBIBYTE = 1024 * 1024;

/** Answers each message, a line each. */
const SERVER = `
let rest = '';
process.stdin.setEncoding('utf8').on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  process.stdout.write(lines.map((line) => {
    const { id } = JSON.parse(line);
    return JSON.stringify({ jsonrpc: '2.0', id, result: { content: [] } }) + '\\n';
  }).join(''));
})`;

const REQUEST = `${JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'greet', arguments: { text: 'x'.repeat(100) } },
})}\n`;
const LINE_FEED = 0x0a;

class Server {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;

  constructor(before: readonly string[]) {
    const [command = '', ...args] = [...before, process.execPath, '-e', SERVER];
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  }

  /** Sends so many messages at once, and waits for as many answers. */
  async ask(count: number): Promise<void> {
    let answered = 0;
    const all = new Promise<void>((resolve) => {
      const read = (chunk: Buffer) => {
        for (const byte of chunk) if (byte === LINE_FEED) answered++;
        if (answered < count) return;
        this.child.stdout.off('data', read);
        resolve();
      };
      this.child.stdout.on('data', read);
    });
    this.child.stdin.write(REQUEST.repeat(count));
    await all;
  }

  /** Sends one message after the other. Returns how long each took, microseconds, in order of length. */
  async askInTurn(count: number): Promise<readonly number[]> {
    const took: number[] = [];
    for (let asked = 0; asked < count; asked++) {
      const began = performance.now();
      await this.ask(1);
      took.push((performance.now() - began) * 1_000);
    }
    return took.sort((a, b) => a - b);
  }

  /** The most memory that the process had, mebibytes; Linux alone says so. */
  get peak(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return (Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024) / MEBIBYTE;
  }

  async end(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.stdin.end();
    await exited;
  }
}

/** What a server answers behind `otel-exec tap`, against the same server alone. */
export const tap: Part = async () => {
  const alone = new Server([]);
  const tapped = new Server([process.execPath, OTEL_EXEC, 'tap', '--']);
  const added: { p50: number[]; p99: number[] } = { p50: [], p99: [] };
  const at = { alone: [] as number[], tapped: [] as number[] };
  for (const server of [alone, tapped]) await server.askInTurn(PER_ROUND);
  for (let round = 0; round < ROUNDS; round++) {
    const one = await alone.askInTurn(PER_ROUND);
    const other = await tapped.askInTurn(PER_ROUND);
    for (const [name, part] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const) {
      const place = Math.floor(PER_ROUND * part);
      added[name].push((other[place] ?? Number.NaN) - (one[place] ?? Number.NaN));
    }
    for (const [name, server] of Object.entries({ alone, tapped })) {
      const began = performance.now();
      await server.ask(PER_ROUND);
      at[name as keyof typeof at].push(((performance.now() - began) * 1_000) / PER_ROUND);
    }
  }
  const { peak } = tapped;
  await Promise.all([alone.end(), tapped.end()]);
  const messages = (ROUNDS * PER_ROUND).toLocaleString('en-US');
  return [
    {
      title: 'A server behind otel-exec tap, added latency',
      unit: 'µs a request',
      about: `${messages} requests, one after the other, to a server of Node with and without a tap; events are lines that nobody keeps.`,
      rows: [
        boundRow('added, p50', spreadOf(added.p50), { atMost: 200, unit: 'µs' }),
        boundRow('added, p99', spreadOf(added.p99), { atMost: 2_000, unit: 'µs' }),
      ],
    },
    {
      title: 'A server behind otel-exec tap, throughput',
      unit: 'µs a request',
      about: `${messages} requests, ${PER_ROUND} at once.`,
      rows: [
        { variant: 'alone', value: spreadOf(at.alone) },
        ratioRow('tapped', at.tapped, 'alone', at.alone),
      ],
    },
    {
      title: 'A server behind otel-exec tap, memory',
      unit: 'MiB',
      about: 'The most that the tap itself had.',
      rows: [boundRow('tap', spreadOf([peak]), { atMost: 200, unit: 'MiB' })],
    },
  ];
};

await runAlone(import.meta.url, tap);
