import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import crossSpawn from 'cross-spawn';
import { execa, execaSync } from 'execa';
import { type SimpleGit, simpleGit } from 'simple-git';
import { type ExpectedProcess, expectProcesses } from './expect-process.js';
import { withInstrumentation } from './with-instrumentation.js';

const success = { result: 'success', exitCode: 0 } as const;
const failure = { result: 'error', errorType: '3', exitCode: 3 } as const;
const missing = {
  executable: 'program',
  result: 'spawn_failed',
  errorType: 'ENOENT',
  started: false,
} as const;
const sh = <T>(outcome: T) => ({ executable: 'sh', ...outcome });
const sleep = { executable: 'sleep', result: 'terminated' } as const;
const NOWHERE = '/nonexistent/program';

const closed = (child: ReturnType<typeof crossSpawn>) =>
  new Promise((resolve) => {
    child.on('error', () => {}).on('close', resolve);
  });

const cases: Record<string, [ExpectedProcess, () => unknown]> = {
  'execa: success': [
    sh(success),
    async () => {
      const { stdout } = await execa('sh', ['-c', 'echo out']);
      expect(stdout).to.equal('out');
    },
  ],
  'execa: failure': [
    sh(failure),
    async () => {
      const { exitCode, failed } = await execa('sh', ['-c', 'exit 3'], { reject: false });
      expect([exitCode, failed]).to.deep.equal([3, true]);
    },
  ],
  'execa: ENOENT': [missing, () => execa(NOWHERE, { reject: false })],
  'execa: timeout': [
    sleep,
    async () => {
      const { timedOut } = await execa('sleep', ['60'], { timeout: 30, reject: false });
      expect(timedOut).to.equal(true);
    },
  ],
  'execa: kill': [
    sleep,
    async () => {
      const running = execa('sleep', ['60'], { reject: false });
      running.kill();
      expect((await running).isTerminated).to.equal(true);
    },
  ],
  'execa: cancel': [
    sleep,
    async () => {
      const controller = new AbortController();
      const options = { cancelSignal: controller.signal, reject: false } as const;
      const running = execa('sleep', ['60'], options);
      controller.abort();
      expect((await running).isCanceled).to.equal(true);
    },
  ],
  'execa: sync': [sh(failure), () => execaSync('sh', ['-c', 'exit 3'], { reject: false })],
  'cross-spawn: success': [sh(success), () => closed(crossSpawn('sh', ['-c', ':']))],
  'cross-spawn: failure': [sh(failure), () => closed(crossSpawn('sh', ['-c', 'exit 3']))],
  'cross-spawn: ENOENT': [missing, () => closed(crossSpawn(NOWHERE))],
  'cross-spawn: sync': [sh(failure), () => crossSpawn.sync('sh', ['-c', 'exit 3'])],
};

describe('a child process started by', () => {
  for (const [title, [expected, start]] of Object.entries(cases)) {
    it(`${title} is ${expected.result}, once`, async () => {
      await withInstrumentation({}, async (capture) => {
        await start();
        await expectProcesses(capture, expected);
      });
    });
  }

  const git = <T>(outcome: T) => ({ executable: 'git', ...outcome });
  const commands: Record<string, [ExpectedProcess, (git: SimpleGit) => Promise<unknown>]> = {
    'simple-git: success': [git(success), (it) => it.init()],
    'simple-git: failure': [
      git({ result: 'error', errorType: '128', exitCode: 128 }),
      (it) => it.raw('rev-parse', 'HEAD'),
    ],
  };
  for (const [title, [expected, command]] of Object.entries(commands)) {
    it(`${title} is ${expected.result}, once`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'otel-exec-git-'));
      try {
        await withInstrumentation({}, async (capture) => {
          await command(simpleGit(folder)).catch(() => {});
          await expectProcesses(capture, expected);
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  it('simple-git: abort is terminated, once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otel-exec-git-'));
    const controller = new AbortController();
    try {
      await withInstrumentation({}, async (capture) => {
        const running = simpleGit({ baseDir: folder, abort: controller.signal })
          .outputHandler(() => setImmediate(() => controller.abort()))
          .raw('hash-object', '--stdin-paths');
        await running.catch(() => {});
        await expectProcesses(capture, git({ result: 'terminated' }));
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
