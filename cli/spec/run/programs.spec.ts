import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { bareAndRun, plainEnvironment, underRun } from './command.js';

/** A tmux server of its own, with one terminal. */
class Tmux implements Disposable {
  readonly #socket: string;

  constructor(folder: string, command: readonly string[]) {
    this.#socket = join(folder, 'tmux');
    this.#do('new-session', '-d', '-x', '90', '-y', '20', '-c', folder, ...command);
    this.#do('set-option', '-g', 'remain-on-exit', 'on');
  }

  /** What is shown, without the blank lines at the end. */
  get screen(): string {
    return this.#do('capture-pane', '-p').trimEnd();
  }

  /** The exit code of the command once it has ended, or the name of its signal; otherwise nothing. */
  get end(): string {
    const format = '#{?pane_dead,#{pane_dead_status}#{pane_dead_signal},}';
    return this.#do('display-message', '-p', format).trim();
  }

  /** Presses keys, by their names. */
  press(...keys: string[]): void {
    this.#do('send-keys', ...keys);
  }

  /** Waits until something is so. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await pause(10);
  }

  [Symbol.dispose](): void {
    this.#do('kill-server');
  }

  #do(...args: string[]): string {
    const env = plainEnvironment({ OTEL_EXEC_LOG: 'off', TERM: 'xterm', LC_ALL: 'C.UTF-8' });
    return execFileSync('tmux', ['-f', '/dev/null', '-S', this.#socket, ...args], {
      env,
      encoding: 'utf8',
    });
  }
}

describe('programs that people run (skipped elsewhere than on Linux)', () => {
  let folder: string;

  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'otel-exec-programs-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  for (const [name, use] of Object.entries({
    bare: (command: readonly string[]) => command,
    'under otel-exec run': (command: readonly string[]) => underRun(command),
  })) {
    it(`vim ${name} edits a file in a real terminal, whatever its size`, async () => {
      using tmux = new Tmux(folder, use(['vim', '-u', 'NONE', '-N', 'text']));
      await tmux.until(() => tmux.screen.includes('[New]'));
      tmux.press('i', 'written in vim');
      await tmux.until(() => /^written in vim\n.*-- INSERT --/s.test(tmux.screen));
      tmux.press('Escape');
      await tmux.until(() => !tmux.screen.includes('-- INSERT --'));
      tmux.press(':wq', 'Enter');
      await tmux.until(() => tmux.end !== '');
      expect(tmux.end).to.equal('0');
      expect(readFileSync(join(folder, 'text'), 'utf8')).to.equal('written in vim\n');
    });

    it(`less ${name} pages, searches, survives Ctrl-C, and ends`, async () => {
      writeFileSync(
        join(folder, 'text'),
        Array.from({ length: 500 }, (_, at) => `line ${at}\n`).join(''),
      );
      using tmux = new Tmux(folder, use(['less', 'text']));
      await tmux.until(() => tmux.screen.startsWith('line 0\n'));
      tmux.press('/line 300', 'Enter');
      await tmux.until(() => tmux.screen.startsWith('line 300\n'));
      tmux.press('C-c');
      await tmux.until(() => {
        tmux.press('g');
        return tmux.screen.startsWith('line 0\n');
      });
      tmux.press('q');
      await tmux.until(() => tmux.end !== '');
      expect(tmux.end).to.equal('0');
    });
  }

  it('make with jobs, whose makes share its jobs and whose commands fail', async () => {
    const again = underRun(['make'])
      .map((word) => `'${word}'`)
      .join(' ');
    writeFileSync(
      join(folder, 'Makefile'),
      `all: one two sub\none two:\n\t@echo $@\nsub:\n\t+@$(RUN) -f inner\n`,
    );
    writeFileSync(join(folder, 'inner'), 'all: a b\nb: a\na:\n\t@echo a\nb:\n\t@echo b; exit 3\n');
    const make = async (run: string) => {
      const command = ['make', '--no-print-directory', '-j3', '--output-sync', `RUN=${run}`];
      const { bare, under } = await bareAndRun(command, { cwd: folder });
      const sorted = ({ stdout, stderr, code }: typeof bare) => ({
        code,
        stdout: stdout.split('\n').sort(),
        stderr: stderr.split('\n').sort(),
      });
      expect(sorted(under)).to.deep.equal(sorted(bare));
      return sorted(under);
    };
    const plain = await make('make');
    expect(plain.code).to.equal(2);
    expect(plain.stdout).to.include.members(['one', 'two', 'a', 'b']);
    expect(await make(again)).to.deep.equal(plain);
  });

  it('git, and a shell with a pipeline of it', async () => {
    const script =
      'git init -q . && git status --porcelain=v2 --branch | sort && git rev-parse HEAD';
    const { bare, under } = await bareAndRun(['bash', '-o', 'pipefail', '-c', script], {
      cwd: folder,
    });
    expect(under).to.deep.equal(bare);
  });
});
