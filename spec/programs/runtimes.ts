import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { ProgramFolder, textOf } from '../instrumentation/program-folder.js';
import { installPrograms, RUNTIMES } from './cache.js';

const PROGRAM = `
import childProcess, { exec, execFileSync, execSync, spawn, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { ChildProcessInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';
const told = [];
const tell = (message) => void told.push(message);
diag.setLogger({ error: tell, warn: tell, info: tell, debug: tell, verbose: tell }, DiagLogLevel.WARN);
const capture = new SignalCapture().register();
new ChildProcessInstrumentation();
const PRINT = 'echo "$TRACEPARENT" "$KEPT"';
const heard = [];
const hear = (out) => heard.push(String(out).trim());
const asked = (env) => new Promise((resolve) => {
  const child = spawn('sh', ['-c', PRINT], env && { env });
  child.stdout.on('data', hear);
  child.on('close', resolve);
});
await asked();
await asked({ ...process.env, KEPT: 'kept', TRACEPARENT: 'stale' });
hear((await promisify(exec)(PRINT)).stdout);
hear(childProcess.spawnSync('sh', ['-c', PRINT]).stdout);
hear(childProcess.execSync(PRINT));
hear(childProcess.execFileSync('sh', ['-c', PRINT]));
spawnSync('true'), execSync('true'), execFileSync('true');
const { spans } = await capture.signals();
const expected = spans.map(({ traceId, spanId }) => '00-' + traceId + '-' + spanId + '-01');
console.log(JSON.stringify({ told, heard, expected }));
process.disconnect?.();
`;

const folder = installPrograms(RUNTIMES);
const modules = join(folder, 'node_modules');
// Each package puts its executable in place when it is installed with scripts, or first run.
if (spawnSync(join(modules, '.bin/bun'), ['--version']).status !== 0) {
  execFileSync(process.execPath, ['install.js'], { cwd: join(modules, 'bun'), stdio: 'inherit' });
}
execFileSync(join(modules, '.bin/deno'), ['--version']);

const runtimes: Readonly<Record<string, readonly [execPath: string, flags: readonly string[]]>> = {
  Bun: [join(modules, '.bin/bun'), []],
  Deno: [join(modules, 'deno/deno'), ['run', '--allow-all']],
};

describe('a ChildProcessInstrumentation on another runtime', () => {
  for (const [name, [execPath, flags]] of Object.entries(runtimes)) {
    it(`${name} sees what it can, hands the trace to each child, and says what it can't see`, async () => {
      using programs = new ProgramFolder();
      const child = programs.start('program.mjs', PROGRAM, flags, { execPath });
      const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
      expect(stderr).to.equal('');
      const { told, heard, expected } = JSON.parse(stdout);
      expect(heard).to.have.length(6);
      expect(heard.map((line: string) => line.split(' ')[0])).to.deep.equal(expected);
      expect(heard[1]).to.match(/ kept$/);
      expect(told).to.have.length(1);
      expect(told[0]).to.match(
        /^otel-exec: this runtime doesn't show what spawnSync, execSync, execFileSync start where/,
      );
    });
  }
});
