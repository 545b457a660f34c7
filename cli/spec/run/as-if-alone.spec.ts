import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { bareAndRun, ended, run, start, underRun } from './command.js';

const sh = (script: string) => ['sh', '-c', script];

describe('a command under otel-exec run is what it is alone', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'otel-exec-run-'));
    writeFileSync(join(folder, 'text'), 'no program', { mode: 0o644 });
    writeFileSync(join(folder, 'bad'), '#!/nonexistent/interpreter\n', { mode: 0o755 });
    writeFileSync(join(folder, 'script'), 'echo "a script without a first line: $0 $*"; exit 5', {
      mode: 0o755,
    });
  });

  after(() => rmSync(folder, { recursive: true }));

  for (const [what, script] of Object.entries({
    'exit code 0': 'exit 0',
    'exit code 3': 'exit 3',
    'exit code 255': 'exit 255',
    'output on both': 'echo out; echo err >&2',
    'bytes that are no text': String.raw`printf '\377\000\200'`,
    input: 'tr a-z A-Z',
    'a large output': 'head -c 3000000 /dev/zero | tr "\\0" x',
    directory: 'pwd',
    'file mode mask': 'umask',
    'death by SIGTERM': 'kill -TERM $$',
    'death by SIGKILL': 'kill -KILL $$',
    'death by SIGSEGV': 'kill -SEGV $$',
    'death by SIGPIPE, which Node ignores': 'kill -PIPE $$',
    'death by SIGUSR1, which Node keeps for its debugger': 'kill -USR1 $$',
    'the group of its parent': 'test "$(ps -o pgid= -p $$)" = "$(ps -o pgid= -p $PPID)"; echo $?',
    'a daemon that forks away':
      '(trap "" HUP; exec >/dev/null 2>&1 </dev/null; read x <&-) & echo gone',
  })) {
    it(`in its ${what}`, async () => {
      const { bare, under } = await bareAndRun(sh(script), { cwd: folder, input: 'some input' });
      expect(under).to.deep.equal(bare);
    });
  }

  it('in its environment, but for the trace context', async () => {
    const env = {
      BAGGAGE: 'a=b',
      EMPTY: '',
      TRACESTATE: 'x=y',
      TRACEPARENT: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    };
    const { bare, under } = await bareAndRun(['env'], { env });
    const names = (text: string) => text.split('\n').sort();
    const [own] = /^TRACEPARENT=.*$/m.exec(under.stdout) ?? [];
    expect(own).to.match(new RegExp(`^TRACEPARENT=00-${'a'.repeat(32)}-(?!${'b'.repeat(16)})`));
    expect(
      names(under.stdout.replace(String(own), `TRACEPARENT=${env.TRACEPARENT}`)),
    ).to.deep.equal(names(bare.stdout));
  });

  it('in its descriptors, wherever they are, and has none of Node', async () => {
    const opened = 'exec 5</dev/null 9<<<x 20>/dev/null 62</dev/null; exec "$@"';
    const shown = ['bash', '-c', 'cd /proc/self/fd; for fd in *; do [ -e $fd ] && echo $fd; done'];
    const show = async (command: readonly string[]) =>
      ended(start(['bash', '-c', opened, 'bash', ...command], { env: { OTEL_EXEC_LOG: 'off' } }));
    const bare = await show(shown);
    expect(bare.stdout.split('\n')).to.include.members(['5', '9', '20', '62']);
    expect(await show(underRun(shown))).to.deep.equal(bare);
  });

  it('in what a shell hands it as a file, such as <(command)', async () => {
    const [node, ...rest] = underRun(['cat']);
    const { stdout } = await ended(
      start(['bash', '-c', '"$0" "$@" <(echo one) <(echo two)', String(node), ...rest]),
    );
    expect(stdout).to.equal('one\ntwo\n');
  });

  it('in what a shell exits with and says of one that is not there, or is no program', async () => {
    for (const [command, message] of Object.entries({
      'no such command': 'command not found',
      './nonexistent': 'No such file or directory',
      './text': 'Permission denied',
      './text/below': 'Not a directory',
      './': 'Is a directory',
      './bad': 'cannot execute: required file not found',
    })) {
      const how = { cwd: folder, env: { OTEL_EXEC_LOG: 'off' } };
      const [bash, under] = [
        await ended(start(['bash', '-c', '"$0"', command], how)),
        await run([command], how),
      ];
      expect(under.code, command).to.equal(bash.code);
      expect(under.stderr.toLowerCase()).to.equal(
        `otel-exec: ${command}: ${message}\n`.toLowerCase(),
      );
    }
  });
});
