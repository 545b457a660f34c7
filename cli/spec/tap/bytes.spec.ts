import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { program, Tapped } from './tapped.js';

const COUNT = 100_000;
const MIB = 1024 * 1024;

type Framed = (message: object) => string;

const asLine: Framed = (message) => `${JSON.stringify(message)}\n`;
const withHeader: Framed = (message) => {
  const body = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};

/** A length that messages aren't of, so that chunks end anywhere in one. */
const CUT = 7919;

function* cut(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += CUT) yield bytes.subarray(from, from + CUT);
}

function numbered(message: (id: number) => string): Buffer {
  return Buffer.from(Array.from({ length: COUNT }, (_, id) => message(id)).join(''));
}

/** Reads so many bytes, and leaves the stream open. */
async function take(stream: Readable, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let taken = 0;
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk);
    taken += chunk.length;
    if (taken >= length) break;
  }
  return Buffer.concat(chunks);
}

/** Says what it hears. */
const ECHO = program('process.stdin.pipe(process.stdout)');

/** Answers each message by a line that has its length. */
const COUNTING = program(`
let rest = '';
process.stdin.setEncoding('utf8').on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  process.stdout.write(lines.map((line) => {
    const { id } = JSON.parse(line);
    return JSON.stringify({ jsonrpc: '2.0', id, result: { length: line.length } }) + '\\n';
  }).join(''));
})`);

/** The most memory that a process had, in bytes. */
function peakMemory(pid: number | undefined): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

describe(`${COUNT} messages through otel-exec tap`, () => {
  it('a line each are answered by the same bytes, and each is told once', async () => {
    await using tapped = new Tapped(COUNTING);
    const heard = buffer(tapped.child.stdout);
    const lines = numbered((id) => {
      const text = '€'.repeat(id % 60);
      return asLine({ jsonrpc: '2.0', id, method: 'tools/call', params: { text } });
    });
    const answers = lines
      .toString()
      .split('\n')
      .slice(0, -1)
      .map((line, id) => asLine({ jsonrpc: '2.0', id, result: { length: line.length } }));
    await pipeline(cut(lines), tapped.child.stdin);
    expect((await heard).equals(Buffer.from(answers.join('')))).to.equal(true);
    const events = await tapped.events();
    const told = events.flatMap(({ fields }) =>
      fields['event.name'] === 'mcp.server.request' && fields.result === 'success'
        ? [Number(fields.request_id)]
        : [],
    );
    expect(told).to.deep.equal(Array.from({ length: COUNT }, (_, id) => id));
    expect(events).to.have.length(COUNT + 1);
  }).timeout(120_000);

  it('with headers are the same bytes at the server and back', async () => {
    await using tapped = new Tapped(ECHO, { environment: { OTEL_EXEC_LOG: 'off' } });
    const sent = numbered((id) => {
      const text = '€'.repeat(id % 60);
      return withHeader({ jsonrpc: '2.0', id, method: 'echo', params: { text } });
    });
    const heard = buffer(tapped.child.stdout);
    await pipeline(cut(sent), tapped.child.stdin);
    expect(sent.equals(await heard)).to.equal(true);
    expect(await tapped.exit).to.deep.equal([0, null]);
  }).timeout(120_000);
});

describe('what is no message', () => {
  it('is the same bytes at the server and back, however it is cut', async () => {
    await using tapped = new Tapped(ECHO);
    const { stdin, stdout } = tapped.child;
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1 });
    const property = fc.asyncProperty(chunks, async (pieces) => {
      const sent = Buffer.concat(pieces);
      for (const piece of pieces) {
        stdin.write(piece);
        await setImmediate();
      }
      expect((await take(stdout, sent.length)).equals(sent)).to.equal(true);
    });
    await fc.assert(property, { numRuns: 200 });
  });
});

describe('a message of 100 MB', () => {
  it('is the same bytes at the server and back, and takes little memory', async () => {
    const length = 100 * MIB;
    const text = randomBytes(length / 2).toString('hex');
    const sent = Buffer.from(asLine({ jsonrpc: '2.0', id: 1, method: 'echo', params: { text } }));
    await using tapped = new Tapped(ECHO);
    const { stdin, stdout, pid } = tapped.child;
    const first = asLine({ jsonrpc: '2.0', id: 0, method: 'first' });
    stdin.write(first);
    await take(stdout, first.length);
    const before = peakMemory(pid);
    stdin.write(sent);
    expect((await take(stdout, sent.length)).equals(sent)).to.equal(true);
    expect(peakMemory(pid) - before).to.be.lessThan(64 * MIB);
  }).timeout(60_000);
});
