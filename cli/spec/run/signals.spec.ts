import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { LineCapture } from 'otel-exec/testing';
import { start, underRun } from './command.js';
import { COUNTING_PROGRAM } from './counting-program.js';
import { stateOf, untilState } from './process-state.js';

const COUNTING = [process.execPath, '--eval', COUNTING_PROGRAM];

/**
 * Starts a command in a group that is not orphaned, as the group of the specs may be: no process of such a group stops
 * by itself. A shell without a terminal gives its jobs no groups of their own; `timeout` does.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/functions/V2_chap02.html#tag_16_04_03
 */
const inGroupOfItsOwn = (command: readonly string[]) => ['timeout', '100', ...command];

/** Gives the lines of a stream, one a call. */
function linesOf(child: ChildProcess): () => Promise<string> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[
    Symbol.asyncIterator
  ]();
  return async () => String((await lines.next()).value);
}

describe('a signal that is sent to otel-exec run', () => {
  it('goes on to the command once, each of them, and so does the next one', async () => {
    const child = start(underRun(COUNTING));
    const next = linesOf(child);
    expect(await next()).to.equal('ready');
    for (const signal of [
      'SIGHUP',
      'SIGINT',
      'SIGQUIT',
      'SIGUSR1',
      'SIGUSR2',
      'SIGALRM',
      'SIGWINCH',
    ] as const) {
      for (const count of [1, 2]) {
        child.kill(signal);
        expect(await next()).to.equal(`${signal} ${count}`);
      }
    }
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await next()).to.equal('SIGTERM 1');
    child.kill('SIGTERM');
    expect(await exit).to.deep.equal([7, null]);
  });

  it('ends both by itself where the command does not listen, and the process was asked to end', async () => {
    const child = start(underRun(['sh', '-c', 'echo ready; exec sleep 100']));
    const next = linesOf(child);
    const lines = new LineCapture(child.stderr as NodeJS.ReadableStream as never);
    const exit = once(child, 'exit');
    await next();
    child.kill('SIGINT');
    expect(await exit).to.deep.equal([null, 'SIGINT']);
    const { fields } = await lines.event('process.exit');
    expect(fields).to.include({ result: 'terminated', 'process.exit.signal': 'SIGINT' });
    expect(fields).to.not.have.property('error.type');
  });

  it('is no end that was asked for where the command makes something else of it', async () => {
    const child = start(
      underRun(['sh', '-c', 'trap "exit 4" HUP; echo ready; while :; do read x; done']),
    );
    const next = linesOf(child);
    const lines = new LineCapture(child.stderr as NodeJS.ReadableStream as never);
    const exit = once(child, 'exit');
    await next();
    child.kill('SIGHUP');
    expect(await exit).to.deep.equal([4, null]);
    const { fields } = await lines.event('process.exit');
    expect(fields).to.include({ result: 'error', 'error.type': '4' });
  });

  it('stops both, and has both go on', async () => {
    const program = 'trap "exit 4" TERM; echo $PPID $$; read x';
    const child = start(inGroupOfItsOwn(underRun(['sh', '-c', program])));
    const exit = once(child, 'exit');
    const [wrapper = 0, command = 0] = (await linesOf(child)()).split(' ').map(Number);
    process.kill(wrapper, 'SIGTSTP');
    await untilState(command, 'T');
    await untilState(wrapper, 'T');
    process.kill(wrapper, 'SIGCONT');
    await untilState(command, 'S');
    expect(stateOf(wrapper)).to.not.equal('T');
    process.kill(wrapper, 'SIGTERM');
    expect(await exit).to.deep.equal([4, null]);
  });

  it('stops neither where the command alone would not stop: in an orphaned group', async () => {
    for (const command of [COUNTING, underRun(COUNTING)]) {
      const child = start(command, { detached: true });
      const next = linesOf(child);
      expect(await next()).to.equal('ready');
      child.kill('SIGTSTP');
      child.kill('SIGWINCH');
      expect(await next()).to.equal('SIGWINCH 1');
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await next()).to.equal('SIGTERM 1');
      child.kill('SIGTERM');
      expect(await exit).to.deep.equal([7, null]);
    }
  });

  it('stops no longer for a signal that was taken back', async () => {
    const program = 'trap "echo heard" WINCH; echo $$; while kill -0 $PPID; do read x; done';
    const child = start(underRun(['sh', '-c', program]), { detached: true });
    const exit = once(child, 'exit');
    const next = linesOf(child);
    const command = Number(await next());
    for (const signal of ['SIGTSTP', 'SIGCONT'] as const) {
      child.kill(signal);
      child.kill('SIGWINCH');
      expect(await next()).to.equal('heard');
    }
    process.kill(command, 'SIGSTOP');
    await untilState(command, 'T');
    process.kill(command, 'SIGCONT');
    child.kill('SIGWINCH');
    expect(await next()).to.equal('heard');
    child.kill('SIGTERM');
    expect(await exit).to.deep.equal([null, 'SIGTERM']);
  });
}).timeout(60_000);
