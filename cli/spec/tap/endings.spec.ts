import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';
import { expect } from 'chai';
import { program, summaryOf, Tapped } from './tapped.js';

const ping = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'a' } });

/** Answers what it can, and stays. */
const ANSWER = `
const lines = require('node:readline').createInterface({ input: process.stdin });
const answer = (id) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: {} }) + '\\n');
`;

async function requests(tapped: Tapped): Promise<unknown[]> {
  const lines = await tapped.events();
  return lines.filter(({ fields }) => 'request_id' in fields).map(summaryOf);
}

describe('otel-exec tap ends', () => {
  it('with the code of the server, once its client has ended stdin', async () => {
    await using tapped = new Tapped(program(`${ANSWER} lines.on('close', () => process.exit(7))`));
    tapped.child.stdin.end();
    expect(await tapped.exit).to.deep.equal([7, null]);
  });

  for (const signal of ['SIGTERM', 'SIGKILL', 'SIGHUP']) {
    it(`by the signal that ended the server: ${signal}`, async () => {
      await using tapped = new Tapped(program(`process.kill(process.pid, '${signal}')`));
      expect(await tapped.exit).to.deep.equal([null, signal]);
    });
  }

  it('as a shell does where there is no such server, and where it may not be run', async () => {
    await using missing = new Tapped(['no-such-server-anywhere']);
    const stderr = text(missing.child.stderr);
    expect(await missing.exit).to.deep.equal([127, null]);
    expect(await stderr).to.include('otel-exec: no-such-server-anywhere: command not found\n');
    await using refused = new Tapped(['/']);
    expect(await refused.exit).to.deep.equal([126, null]);
  });

  it('when the server dies in mid-request, which is disconnected; what it wrote has come', async () => {
    const half = '{"jsonrpc":"2.0","id":2,"res';
    await using tapped = new Tapped(
      program(`${ANSWER} lines.on('line', (line) => {
        const { id } = JSON.parse(line);
        if (id === 1) answer(1);
        else require('node:fs').writeSync(1, '${half}') && process.kill(process.pid, 'SIGKILL');
      })`),
    );
    const heard = text(tapped.child.stdout);
    tapped.send(ping(1), ping(2));
    expect(await tapped.exit).to.deep.equal([null, 'SIGKILL']);
    expect(await heard).to.equal(`{"jsonrpc":"2.0","id":1,"result":{}}\n${half}`);
    expect(await requests(tapped)).to.deep.equal([
      ['mcp.server.request', '1', 'tools/call', 'success', undefined],
      ['mcp.server.request', '2', 'tools/call', 'disconnected', 'disconnected'],
    ]);
  });

  it('not before all that the server wrote has gone to a slow client', async () => {
    const length = 8 * 1024 * 1024;
    await using tapped = new Tapped(
      program(`process.stdout.write(Buffer.alloc(${length}, 'x'), () => process.exit(3))`),
    );
    await once(tapped.child.stdout, 'readable');
    expect((await buffer(tapped.child.stdout)).length).to.equal(length);
    expect(await tapped.exit).to.deep.equal([3, null]);
  });

  it('though who has inherited stdout from the server goes on', async () => {
    await using tapped = new Tapped(['sh', '-c', 'sleep 30 2>/dev/null & echo $!; exit 5']);
    const left = Number(await tapped.heard('\n'));
    expect(await tapped.exit).to.deep.equal([5, null]);
    process.kill(left);
  });

  it('by what a signal does to the server, and hands a second one on as well', async () => {
    await using tapped = new Tapped(
      program(`let heard = 0;
      process.on('SIGTERM', () => { console.log('heard', ++heard); if (heard === 2) process.exit(9); });
      setInterval(() => {}, 1000);
      console.log('ready')`),
    );
    await tapped.heard('ready\n');
    tapped.child.stdin.end();
    tapped.child.kill('SIGTERM');
    await tapped.heard('heard 1\n');
    tapped.child.kill('SIGTERM');
    expect(await tapped.exit).to.deep.equal([9, null]);
  });
});

describe('otel-exec tap hands on that', () => {
  it('the client has ended stdin, after which the server still answers', async () => {
    await using tapped = new Tapped(
      program(`${ANSWER}
      const ids = [];
      lines.on('line', (line) => ids.push(JSON.parse(line).id));
      lines.on('close', () => ids.forEach(answer))`),
    );
    const heard = text(tapped.child.stdout);
    tapped.send(ping(1));
    tapped.child.stdin.end();
    expect(await heard).to.equal('{"jsonrpc":"2.0","id":1,"result":{}}\n');
    expect(await tapped.exit).to.deep.equal([0, null]);
    expect(await requests(tapped)).to.deep.equal([
      ['mcp.server.request', '1', 'tools/call', 'success', undefined],
    ]);
  });

  it('the server has closed stdout, while it goes on', async () => {
    await using tapped = new Tapped(
      program(`${ANSWER}
      lines.once('line', () => require('node:fs').closeSync(1));
      lines.on('close', () => process.exit(4))`),
    );
    const heard = text(tapped.child.stdout);
    tapped.send(ping(1));
    expect(await heard).to.equal('');
    expect(tapped.child.exitCode).to.equal(null);
    tapped.child.stdin.end();
    expect(await tapped.exit).to.deep.equal([4, null]);
    expect(await requests(tapped)).to.deep.equal([
      ['mcp.server.request', '1', 'tools/call', 'disconnected', 'disconnected'],
    ]);
  });

  it('the server has closed stdin, while it goes on', async () => {
    await using tapped = new Tapped([
      'sh',
      '-c',
      'exec 0<&-; echo closed; trap "exit 6" TERM; while :; do sleep 0.05; done',
    ]);
    await tapped.heard('closed\n');
    const refused = new Promise((resolve) => tapped.child.stdin.once('close', resolve));
    tapped.child.stdin.write(Buffer.alloc(1024 * 1024));
    await refused;
    expect(tapped.child.exitCode).to.equal(null);
    tapped.child.kill();
    expect(await tapped.exit).to.deep.equal([6, null]);
  });

  it('nobody reads any more, so that a server that writes on ends as without it', async () => {
    await using tapped = new Tapped(['yes']);
    await once(tapped.child.stdout, 'data');
    tapped.child.stdout.destroy();
    expect((await tapped.exit)[1] ?? 'SIGPIPE').to.equal('SIGPIPE');
  });
});
