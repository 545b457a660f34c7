import {
  type ChildProcess,
  exec,
  execFile,
  execFileSync,
  execSync,
  fork,
  spawn,
  spawnSync,
} from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { ChildProcessInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';
import { type ExpectedProcess, expectProcesses } from './expect-process.js';

const NOWHERE = '/nonexistent/program';
const TALKATIVE = 'echo 0123456789; exec sleep 60';
const FORKED = new URL('forked-program.js', import.meta.url);

const success = { result: 'success', exitCode: 0 } as const;
const failure = { result: 'error', errorType: '3', exitCode: 3 } as const;
const terminated = { result: 'terminated' } as const;
const missing = {
  executable: 'program',
  result: 'spawn_failed',
  errorType: 'ENOENT',
  started: false,
} as const;
const sh = <T>(outcome: T) => ({ executable: 'sh', ...outcome });
const node = <T>(outcome: T) => ({ executable: 'node', ...outcome });
const sleep = <T>(outcome: T) => ({ executable: 'sleep', ...outcome });
const unseen = <T>(outcome: T) => ({ ...outcome, started: false });

function closed(child: ChildProcess): Promise<void> {
  child.on('error', () => {});
  return new Promise((resolve) => {
    child.once('close', () => resolve());
  });
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill();
  await closed(child);
}

async function aborted(start: (signal: AbortSignal) => ChildProcess): Promise<void> {
  const controller = new AbortController();
  const child = start(controller.signal);
  const ended = closed(child);
  controller.abort();
  await ended;
}

function calledBack(call: (done: () => void) => ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    call(resolve);
  });
}

function attempt(work: () => unknown): void {
  try {
    work();
  } catch {}
}

const cases: Record<string, [ExpectedProcess, () => unknown]> = {
  'spawn: success': [sh(success), () => closed(spawn('sh', ['-c', 'exit 0']))],
  'spawn: failure': [sh(failure), () => closed(spawn('sh', ['-c', 'exit 3']))],
  'spawn: ENOENT': [missing, () => closed(spawn(NOWHERE))],
  'spawn: timeout': [sleep(terminated), () => closed(spawn('sleep', ['60'], { timeout: 30 }))],
  'spawn: abort': [
    sleep(terminated),
    () => aborted((signal) => spawn('sleep', ['60'], { signal })),
  ],
  'spawn: aborted before': [
    sleep(terminated),
    () => closed(spawn('sleep', ['60'], { signal: AbortSignal.abort() })),
  ],
  'spawn: kill': [sleep(terminated), () => killed(spawn('sleep', ['60']))],
  'spawn: kill, and it exits 0': [
    sh({ ...terminated, exitCode: 0 }),
    async () => {
      const child = spawn('sh', ['-c', 'trap "exit 0" TERM; echo; while :; do sleep 0.05; done']);
      await once(child.stdout, 'data');
      await killed(child);
    },
  ],
  'spawn: a signal that nobody asked for': [
    sh({ result: 'error', errorType: 'SIGKILL' }),
    () => closed(spawn('sh', ['-c', 'kill -9 $$'])),
  ],
  'spawn: a signal that asks for no end': [
    sh(failure),
    async () => {
      const child = spawn('sh', ['-c', 'trap : USR1; echo; while ! read line; do :; done; exit 3']);
      await once(child.stdout, 'data');
      child.kill('SIGUSR1');
      child.kill(0);
      child.stdin.end('\n');
      await closed(child);
    },
  ],
  'spawn: such a signal, and it dies of it': [
    sleep(terminated),
    async () => {
      const child = spawn('sleep', ['60']);
      child.kill('SIGUSR1');
      await closed(child);
    },
  ],
  'exec: success': [sh(success), () => calledBack((done) => exec('exit 0', done))],
  'exec: failure': [sh(failure), () => calledBack((done) => exec('exit 3', done))],
  'exec: no such command': [
    sh({ result: 'error', errorType: '127', exitCode: 127 }),
    () => calledBack((done) => exec(NOWHERE, done)),
  ],
  'exec: timeout': [
    sh(terminated),
    () => calledBack((done) => exec('exec sleep 60', { timeout: 30 }, done)),
  ],
  'exec: abort': [
    sh(terminated),
    () => aborted((signal) => exec('exec sleep 60', { signal }, () => {})),
  ],
  'exec: kill': [sh(terminated), () => killed(exec('exec sleep 60'))],
  'exec: too much output': [
    sh(terminated),
    () => calledBack((done) => exec(TALKATIVE, { maxBuffer: 9 }, done)),
  ],
  'execFile: success': [sh(success), () => calledBack((done) => execFile('sh', ['-c', ':'], done))],
  'execFile: failure': [
    sh(failure),
    () => calledBack((done) => execFile('sh', ['-c', 'exit 3'], done)),
  ],
  'execFile: ENOENT': [missing, () => calledBack((done) => execFile(NOWHERE, done))],
  'execFile: timeout': [
    sleep(terminated),
    () => calledBack((done) => execFile('sleep', ['60'], { timeout: 30 }, done)),
  ],
  'execFile: abort': [
    sleep(terminated),
    () => aborted((signal) => execFile('sleep', ['60'], { signal }, () => {})),
  ],
  'execFile: kill': [sleep(terminated), () => killed(execFile('sleep', ['60']))],
  'fork: success': [node(success), () => closed(fork(FORKED, ['0']))],
  'fork: failure': [node(failure), () => closed(fork(FORKED, ['3']))],
  'fork: ENOENT': [missing, () => closed(fork(FORKED, { execPath: NOWHERE }))],
  'fork: timeout': [node(terminated), () => closed(fork(FORKED, ['stay'], { timeout: 30 }))],
  'fork: abort': [node(terminated), () => aborted((signal) => fork(FORKED, ['stay'], { signal }))],
  'fork: kill': [node(terminated), () => killed(fork(FORKED, ['stay']))],
  'promisified exec: success': [sh(success), () => promisify(exec)('exit 0')],
  'promisified exec: failure': [sh(failure), () => promisify(exec)('exit 3').catch(() => {})],
  'promisified exec: timeout': [
    sh(terminated),
    () => promisify(exec)('exec sleep 60', { timeout: 30 }).catch(() => {}),
  ],
  'promisified execFile: success': [sh(success), () => promisify(execFile)('sh', ['-c', ':'])],
  'promisified execFile: ENOENT': [missing, () => promisify(execFile)(NOWHERE).catch(() => {})],
  'promisified execFile: abort': [
    sleep(terminated),
    async () => {
      const controller = new AbortController();
      const ended = promisify(execFile)('sleep', ['60'], { signal: controller.signal });
      const closing = closed(ended.child);
      controller.abort();
      await Promise.all([closing, ended.catch(() => {})]);
    },
  ],
  'promisified execFile: kill': [
    sleep(terminated),
    async () => {
      const ended = promisify(execFile)('sleep', ['60']);
      ended.child.kill('SIGKILL');
      await ended.catch(() => {});
    },
  ],
  'spawnSync: success': [sh(success), () => spawnSync('sh', ['-c', 'exit 0'])],
  'spawnSync: failure': [sh(failure), () => spawnSync('sh', ['-c', 'exit 3'])],
  'spawnSync: ENOENT': [missing, () => spawnSync(NOWHERE)],
  'spawnSync: timeout': [sleep(terminated), () => spawnSync('sleep', ['60'], { timeout: 30 })],
  'spawnSync: too much output': [
    sh(terminated),
    () => spawnSync(TALKATIVE, { shell: true, maxBuffer: 9 }),
  ],
  'spawnSync: a signal that nobody asked for': [
    sh({ result: 'error', errorType: 'SIGKILL' }),
    () => spawnSync('kill -9 $$', { shell: true }),
  ],
  'execSync: success': [unseen(sh(success)), () => execSync('exit 0')],
  'execSync: failure': [sh(failure), () => attempt(() => execSync('exit 3'))],
  'execSync: timeout': [
    sh(terminated),
    () => attempt(() => execSync('exec sleep 60', { timeout: 30 })),
  ],
  'execFileSync: success': [unseen(sh(success)), () => execFileSync('sh', ['-c', 'exit 0'])],
  'execFileSync: failure': [sh(failure), () => attempt(() => execFileSync('sh', ['-c', 'exit 3']))],
  'execFileSync: ENOENT': [missing, () => attempt(() => execFileSync(NOWHERE))],
  'execFileSync: timeout': [
    sleep(terminated),
    () => attempt(() => execFileSync('sleep', ['60'], { timeout: 30 })),
  ],
};

describe('a child process started by', () => {
  for (const [title, [expected, start]] of Object.entries(cases)) {
    it(`${title} is ${expected.result} on all three signals`, async () => {
      await using capture = new SignalCapture().register();
      const instrumentation = new ChildProcessInstrumentation();
      try {
        await start();
        await expectProcesses(capture, expected);
      } finally {
        instrumentation.disable();
      }
    });
  }
});
