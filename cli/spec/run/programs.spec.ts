import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { bareAndRun, underRun } from './command.js';
import { Screen } from './screen.js';

const TERMINAL = { LC_ALL: 'C.UTF-8' };
const ESCAPE = '\x1b';
const CTRL_C = '\x03';
const BELL = '\x07';
/** Twice: less (590) may take one key for the end of what Ctrl-C has interrupted. */
const TO_THE_TOP = 'gg';

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
    it(`vim ${name} edits a file in a terminal`, async () => {
      const vim = use(['vim', '-u', 'NONE', '-N', '+startinsert', 'text']);
      await using screen = new Screen(vim, TERMINAL, folder);
      await screen.until('-- INSERT --');
      screen.type('written in vim');
      await screen.until('written in vim');
      screen.type(`${ESCAPE}:wq\r`);
      expect(await screen.exit).to.deep.equal({ exitCode: 0, signal: 0 });
      expect(readFileSync(join(folder, 'text'), 'utf8')).to.equal('written in vim\n');
    });

    it(`less ${name} pages, searches, survives Ctrl-C, and ends`, async () => {
      const lines = Array.from({ length: 500 }, (_, at) => `line ${at}\n`).join('');
      writeFileSync(join(folder, 'text'), lines);
      await using screen = new Screen(use(['less', 'text']), TERMINAL, folder);
      await screen.until('line 28\r\n');
      screen.type('/line 300\r');
      await screen.until('line 328\r\n:');
      screen.type(CTRL_C);
      await screen.until(BELL);
      screen.type(TO_THE_TOP);
      await screen.until('line 0\r\n');
      screen.type('q');
      expect(await screen.exit).to.deep.equal({ exitCode: 0, signal: 0 });
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
