import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
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
  for (const [name, framed] of Object.entries({ asLine, withHeader })) {
    it(`are the same bytes at the server and back: ${name}`, async () => {
      await using tapped = new Tapped(ECHO, { environment: { OTEL_EXEC_LOG: 'off' } });
      const sent: Buffer[] = [];
      const heard = buffer(tapped.child.stdout);
      for (let id = 0; id < COUNT; id++) {
        const text = '€'.repeat(id % 60);
        const chunk = Buffer.from(framed({ jsonrpc: '2.0', id, method: 'echo', params: { text } }));
        sent.push(chunk);
        tapped.child.stdin.write(chunk);
        if (id % 100 === 0) await setImmediate();
      }
      tapped.child.stdin.end();
      expect(Buffer.concat(sent).equals(await heard)).to.equal(true);
      expect(await tapped.exit).to.deep.equal([0, null]);
    }).timeout(60_000);
  }

  it('are each told once, as what it was', async () => {
    await using tapped = new Tapped(COUNTING);
    const heard = buffer(tapped.child.stdout);
    const request = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { id } });
    for (let id = 0; id < COUNT; id++) {
      tapped.child.stdin.write(asLine(request(id)));
      if (id % 100 === 0) await setImmediate();
    }
    tapped.child.stdin.end();
    await heard;
    const events = await tapped.events();
    const ids = events.flatMap(({ fields }) =>
      fields['event.name'] === 'mcp.server.request' && fields.result === 'success'
        ? [Number(fields.request_id)]
        : [],
    );
    expect(ids).to.deep.equal(Array.from({ length: COUNT }, (_, id) => id));
    expect(events).to.have.length(COUNT + 1);
  }).timeout(60_000);
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
      const heard: Buffer[] = [];
      let length = 0;
      for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
        heard.push(chunk);
        length += chunk.length;
        if (length >= sent.length) break;
      }
      expect(Buffer.concat(heard).equals(sent)).to.equal(true);
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
    const heard = buffer(tapped.child.stdout);
    tapped.send({ jsonrpc: '2.0', id: 0, method: 'first' });
    const before = peakMemory(tapped.child.pid);
    tapped.child.stdin.write(sent);
    const peak = new Promise<number>((resolve) => {
      tapped.child.stdout.on('data', () => resolve(0));
    });
    await peak;
    tapped.child.stdin.end();
    const bytes = await heard;
    expect(bytes.subarray(-sent.length).equals(sent)).to.equal(true);
    expect(before).to.be.greaterThan(0);
  }).timeout(60_000);
});
