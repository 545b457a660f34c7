import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { OTEL_EXEC, Tapped, withoutTelemetry } from './tapped.js';

const MIB = 1024 * 1024;
/** As much as a pipe of Linux holds, in bytes. */
const PIPE = 64 * 1024;
/** What the tap is started by: its client has as much to read as there is room for, and reads once it is told. */
const FULL_PIPE = `{ head -c ${PIPE} /dev/zero; exec "$@"; } | { read go <&3; exec cat; }`;

/** A server whose client doesn't read before it is released. */
class Unread implements AsyncDisposable {
  readonly child: ChildProcess;

  constructor(script: string, lines = 'off') {
    const tap = [process.execPath, OTEL_EXEC, 'tap', '--', 'sh', '-c', script];
    this.child = spawn('sh', ['-c', FULL_PIPE, 'sh', ...tap], {
      env: { ...withoutTelemetry(), OTEL_EXEC_LOG: lines },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
  }

  /** What comes from the server once its client reads, to the end. */
  async release(): Promise<Buffer> {
    (this.child.stdio[3] as Writable).end('go\n');
    return (await buffer(this.child.stdout as Readable)).subarray(PIPE);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stream of this.child.stdio) stream?.destroy();
    this.child.kill();
  }
}

async function firstLine(stream: Readable | null): Promise<string> {
  let text = '';
  for await (const chunk of (stream as Readable).iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  return text.trim();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** How many bytes a process has written so far. */
function writtenBy(pid: number): number {
  return Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

/** Waits until a process writes nothing more, because nobody takes it. */
async function untilBlocked(pid: number): Promise<void> {
  for (let [same, before] = [0, -1]; same < 20; await pause(10)) {
    const written = writtenBy(pid);
    same = written === before && written > 0 ? same + 1 : 0;
    before = written;
  }
}

describe('a client of otel-exec tap that does not read (skipped elsewhere than on Linux)', () => {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('until the server has ended gets all that was written', async () => {
    const length = 150_000;
    await using unread = new Unread(`echo $$ >&2; head -c ${length} /dev/zero`);
    const pid = Number(await firstLine(unread.child.stderr));
    while (isAlive(pid)) await pause(5);
    expect(await unread.release()).to.have.length(length);
  });

  it('until the server has closed stdout, while that goes on, gets all that was written', async () => {
    const length = 5_000;
    const script = `read message; head -c ${length} /dev/zero; exec >/dev/null; exec cat`;
    await using unread = new Unread(script, 'info');
    const { stdin, stderr } = unread.child;
    stdin?.write('{"jsonrpc":"2.0","id":1,"method":"ask"}\n');
    expect(await firstLine(stderr)).to.include('"result":"disconnected"');
    const all = unread.release();
    stdin?.end();
    expect(await all).to.have.length(length);
  });

  it('has the server wait, in little memory, and gets everything then', async () => {
    const length = 64 * MIB;
    await using tapped = new Tapped(['sh', '-c', `echo $$ >&2; exec head -c ${length} /dev/zero`]);
    const { pid } = tapped.child;
    const server = Number(await firstLine(tapped.child.stderr));
    await untilBlocked(server);
    expect(writtenBy(server)).to.be.within(PIPE, 2 * MIB);
    expect(isAlive(Number(pid))).to.equal(true);
    expect(await buffer(tapped.child.stdout)).to.have.length(length);
    expect(await tapped.exit).to.deep.equal([0, null]);
  });
});
