import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { underRun } from './command.js';
import { COUNTING_PROGRAM } from './counting-program.js';
import { untilState } from './process-state.js';
import { Screen } from './screen.js';

const BASH = ['bash', '--norc', '--noprofile', '-i'];
/** Answers each line with itself, and exits with 9. A shell that is stopped while it forks is not stopped: vfork(2). */
const ECHOING = [
  process.execPath,
  '--eval',
  `console.log("rea" + "dy");
   process.stdin.on("data", (text) => process.stdout.write(text)).on("end", () => process.exit(9));`.replaceAll(
    /\n\s+/g,
    '',
  ),
];
const sh = (script: string) => ['sh', '-c', script];
const quote = (words: readonly string[]) => words.map((word) => `'${word}'`).join(' ');

/** What a command shows on a terminal, and how it ends, bare and under `otel-exec run`. */
async function bareAndUnder(command: readonly string[], use: (screen: Screen) => Promise<void>) {
  const seen: unknown[] = [];
  for (const started of [command, underRun(command)]) {
    await using screen = new Screen(started);
    await use(screen);
    seen.push({ exit: await screen.exit, shown: screen.shown });
  }
  return { bare: seen[0], under: seen[1] };
}

describe('a command on a terminal under otel-exec run', () => {
  for (const [what, command, use] of [
    [
      'terminal and its modes',
      sh('stty -a; stty size; test -t 0 && test -t 1 && test -t 2'),
      async () => {},
    ],
    [
      'raw mode: every key comes to it, Ctrl-C and Ctrl-Z too',
      sh('stty raw -echo; printf go; head -c 3 | od -An -tx1; stty sane; exit 3'),
      async (screen: Screen) => {
        await screen.until('go');
        screen.type('\x03\x1a\x1c');
      },
    ],
    [
      'reading from /dev/tty, as ssh does for a password',
      sh(
        'exec </dev/null; stty -echo </dev/tty; printf "password: " >/dev/tty; read p </dev/tty; stty echo </dev/tty; echo "[$p]"',
      ),
      async (screen: Screen) => {
        await screen.until('password: ');
        screen.type('secret\r');
      },
    ],
    [
      'session of its own',
      ['setsid', '-w', ...sh('(exec </dev/tty) 2>/dev/null || echo none; exit 6')],
      async () => {},
    ],
    // Without an echo, which may or may not be read before the command's death closes the terminal.
    [
      'death by Ctrl-C',
      sh('stty -echo; echo ready; exec sleep 100'),
      async (screen: Screen) => {
        await screen.until('ready');
        screen.type('\x03');
      },
    ],
    [
      'death by Ctrl-\\',
      sh('stty -echo; ulimit -c 0; echo ready; exec sleep 100'),
      async (screen: Screen) => {
        await screen.until('ready');
        screen.type('\x1c');
      },
    ],
  ] as const) {
    it(`has the same ${what}`, async () => {
      const { bare, under } = await bareAndUnder(command, use);
      expect(under).to.deep.equal(bare);
    });
  }

  it('gets what the terminal sends once, each time, and what is sent to the wrapper as well', async () => {
    await using screen = new Screen(underRun([process.execPath, '--eval', COUNTING_PROGRAM]));
    await screen.until('ready');
    screen.resize(90, 20);
    await screen.until('SIGWINCH 1');
    screen.type('\x03');
    await screen.until('SIGINT 1');
    screen.type('\x03');
    await screen.until('SIGINT 2');
    screen.type('\x1c');
    await screen.until('SIGQUIT 1');
    process.kill(screen.pid, 'SIGHUP');
    await screen.until('SIGHUP 1');
    process.kill(screen.pid, 'SIGTERM');
    await screen.until('SIGTERM 1');
    process.kill(screen.pid, 'SIGTERM');
    expect((await screen.exit).exitCode).to.equal(7);
    expect(screen.shown.match(/SIG\w+ \d/g)).to.deep.equal([
      'SIGWINCH 1',
      'SIGINT 1',
      'SIGINT 2',
      'SIGQUIT 1',
      'SIGHUP 1',
      'SIGTERM 1',
      'SIGTERM 2',
    ]);
  });

  it('is told once that the terminal is gone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otel-exec-hangup-'));
    const server = createServer().listen(join(folder, 'report'));
    try {
      const program = `
        const socket = require('node:net').connect('${join(folder, 'report')}');
        process.on('SIGHUP', () => socket.write('hup '));
        process.on('SIGTERM', () => socket.end('term', () => process.exit()));
        process.stdout.on('error', () => {});
        console.log('ready');`;
      await using screen = new Screen(underRun([process.execPath, '--eval', program]));
      const [socket] = await once(server, 'connection');
      await screen.until('ready');
      screen.hangUp();
      const [first] = await once(socket, 'data');
      process.kill(screen.pid, 'SIGTERM');
      expect(String(first) + (await text(socket))).to.equal('hup term');
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('is a job of its shell: Ctrl-Z, fg, and its exit code', async () => {
    await using screen = new Screen(BASH, { TERM: 'dumb' });
    await screen.until('$ ');
    screen.type(`${quote(underRun(ECHOING))}\r`);
    await screen.until(/^ready/m);
    screen.type('\x1a');
    await screen.until('Stopped');
    await screen.until('$ ');
    screen.type('echo "code $?"\r');
    await screen.until(/^code 148/m);
    await screen.until('$ ');
    screen.type('jobs\r');
    await screen.until(/^\[1\]\+ +Stopped {2}/m);
    await screen.until('$ ');
    screen.type('fg\r');
    await screen.until(/fg\r\n.*\r\n/);
    screen.type('word\r');
    await screen.until(/^word\r\nword/m);
    screen.type('\x04');
    await screen.until('$ ');
    screen.type('echo "code $?"\r');
    await screen.until(/^code 9/m);
  });

  it('stops again however soon after fg', async () => {
    await using screen = new Screen(BASH, { TERM: 'dumb' });
    await screen.until('$ ');
    const program = 'trap "echo o""n" CONT; echo ready $$; while kill -0 $PPID; do read x; done';
    screen.type(`${quote(underRun(sh(program)))}\r`);
    const [, command] = (await screen.until(/^ready \d+\r/m)).split(' ');
    for (let round = 0; round < 30; round++) {
      screen.type('\x1a');
      await screen.until('Stopped');
      await screen.until('$ ');
      await untilState(Number(command), 'T');
      screen.type('fg\r');
      await screen.until(/^on\r/m);
    }
  });

  it('may be a shell with jobs of its own, which gives the terminal back', async () => {
    await using screen = new Screen(BASH, { TERM: 'dumb' });
    await screen.until('$ ');
    screen.type(`PS1="inner> " ${quote(underRun(BASH))}\r`);
    await screen.until(/^inner> /m);
    screen.type(`sh -c 'echo rea""dy; exec sleep 100'\r`);
    await screen.until(/^ready/m);
    screen.type('\x1a');
    await screen.until('Stopped');
    await screen.until('inner> ');
    screen.type('kill -9 %1; disown -a; echo go""ne\r');
    await screen.until(/^gone/m);
    await screen.until('inner> ');
    screen.type('suspend\r');
    await screen.until(/^\[1\]\+ +Stopped/m);
    await screen.until('$ ');
    screen.type('fg\r');
    await screen.until(/^inner> /m);
    screen.type('exit 11\r');
    await screen.until(/^exit\r/m);
    await screen.until('$ ');
    screen.type('echo "code $?"\r');
    await screen.until(/^code 11/m);
  });
}).timeout(60_000);
