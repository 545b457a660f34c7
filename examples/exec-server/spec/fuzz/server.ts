import { once } from 'node:events';
import fc from 'fast-check';
import { WebSocket } from 'ws';
import { DEFAULT_LIMITS } from '../../limits.js';
import { ProbedServer } from '../probed-server.js';
import { differences } from '../tally.js';
import { Answers } from './answers.js';
import { expectedIds, type Frame, frames, texts } from './frames.js';
import { type Budget, holds } from './property.js';

const MEBIBYTE = 1024 * 1024;
const MAX_GROWTH_BYTES = 24 * MEBIBYTE;
const LAST_ID = 'the last one';
const LAST = JSON.stringify({ id: LAST_ID, method: 'environment/info' });

/** Sends anything to a server over WebSocket. @throws Error that says which promise it broke */
export async function fuzzSocket(budget: Budget): Promise<void> {
  await using server = await ProbedServer.start(['--listen', 'ws://127.0.0.1:0', '--no-page']);
  const url = await server.url();
  await converse(url, { frames: [], leaves: false });
  await agree(server);
  const before = await server.rested();
  const conversations = fc.record({
    frames: fc.array(frames, { minLength: 1, maxLength: 40 }),
    leaves: fc.integer({ max: 9, min: 0 }).map((number) => number === 0),
  });
  await holds('over WebSocket, a request has one answer', budget, conversations, (input) =>
    converse(url, input),
  );
  await tooLarge(url);
  const after = await server.rested();
  await agree(server);
  const growth = after.heapUsed - before.heapUsed;
  if (growth > MAX_GROWTH_BYTES) throw new Error(`the heap grew by ${growth} bytes`);
  if (after.descriptors > before.descriptors + 2) {
    throw new Error(`descriptors grew from ${before.descriptors} to ${after.descriptors}`);
  }
}

/** Sends anything to a server on its stdin, in pieces. @throws Error that says which promise it broke */
export async function fuzzStdio(budget: Budget): Promise<void> {
  await using server = await ProbedServer.start(['--listen', 'stdio']);
  const { stdin } = server.child;
  stdin.on('error', () => {});
  let answers = new Answers();
  let fault: unknown;
  server.lines.on('line', (line) => {
    try {
      answers.take(line);
    } catch {
      fault ??= new Error(`not JSON on stdout: ${line.slice(0, 200)}`);
    }
  });
  server.child.once('exit', () => answers.end());
  const conversations = fc.record({
    lines: fc.array(
      texts.filter((text) => !/[\r\n]/.test(text)),
      { minLength: 1, maxLength: 20 },
    ),
    cuts: fc.array(fc.nat(), { maxLength: 20 }),
  });
  await holds('on stdio, a request has one answer', budget, conversations, async (input) => {
    answers = new Answers();
    const lines = [...input.lines, LAST];
    for (const line of lines) answers.want(line.trim() === '' ? [] : expectedIds(line));
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const cuts = input.cuts.map((cut) => cut % bytes.length).sort((one, other) => one - other);
    for (const [i, from] of [0, ...cuts].entries()) {
      stdin.write(bytes.subarray(from, cuts[i] ?? bytes.length));
      await new Promise(setImmediate);
    }
    await answers.complete();
    if (fault !== undefined) throw fault;
  });
  answers = new Answers();
  answers.want([null, LAST_ID]);
  stdin.write(`${'x'.repeat(DEFAULT_LIMITS.frameBytes + 1)}\n${LAST}\n`);
  await answers.complete();
  stdin.end('{"id":1,"method":"environment/i');
  const [code] = await once(server.child, 'exit');
  if (code !== 0) throw new Error(`it ended with ${code}`);
  await agree(server);
}

async function converse(
  url: string,
  { frames: sent, leaves }: { readonly frames: readonly Frame[]; readonly leaves: boolean },
): Promise<void> {
  const { socket, answers } = await open(url);
  for (const frame of sent) {
    answers.want(expectedIds(frame));
    socket.send(frame);
  }
  if (!leaves) {
    answers.want([LAST_ID]);
    socket.send(LAST);
    await answers.complete();
  }
  const closed = once(socket, 'close');
  if (leaves) socket.terminate();
  else socket.close();
  await closed;
  if (!leaves) await answers.complete();
}

/** What is larger than a frame may be is answered, and ends its connection and no other. */
async function tooLarge(url: string): Promise<void> {
  const { socket, answers } = await open(url);
  answers.want([null]);
  const closed = once(socket, 'close');
  socket.send('x'.repeat(DEFAULT_LIMITS.frameBytes + 1));
  await closed;
  await answers.complete();
  await converse(url, { frames: [], leaves: false });
}

async function open(url: string): Promise<{ socket: WebSocket; answers: Answers }> {
  const socket = new WebSocket(url);
  const answers = new Answers();
  socket.on('message', (data) => answers.take(String(data)));
  socket.on('error', () => {});
  socket.once('close', () => answers.end());
  await once(socket, 'open');
  return { socket, answers };
}

/** Nothing is open, and whatever a server told of its requests and processes, it told in every signal. */
async function agree(server: ProbedServer): Promise<void> {
  await server.agreed(server.told);
  await server.measured(server.told);
  const { told, exported } = server;
  const faults = differences({ lines: told.requests, records: exported.requests });
  const complaints = server.complaints.filter((line) => !line.includes('invalid trace context'));
  if (faults.length + complaints.length > 0) throw new Error([...faults, ...complaints].join('\n'));
  if (told.requests.total === 0) throw new Error('nothing was told');
}
