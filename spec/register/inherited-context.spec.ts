import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ended, runProgram } from './program.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE}-${PARENT}-01`;
const REGISTER = new URL('../../../dist/register.js', import.meta.url).href;
const PROGRAM = `
  import { execFileSync } from 'node:child_process';
  import { ROOT_CONTEXT, context, trace } from '@opentelemetry/api';
  const tracer = trace.getTracer('of somebody else');
  const show = (what, span) => console.log(what, span.spanContext().traceId, span.parentSpanContext?.spanId);
  show('without a parent', tracer.startSpan('a'));
  show('as a root', tracer.startSpan('a', { root: true }));
  show('in a context of its own', tracer.startSpan('a', {}, ROOT_CONTEXT));
  context.with(trace.deleteSpan(context.active()).setValue(Symbol(), 1), () => show('below', tracer.startSpan('a')));
  await null;
  console.log(execFileSync('sh', ['-c', 'echo "$TRACEPARENT" "$TRACESTATE"'], { encoding: 'utf8' }).trim());
`;

function eventsOf(stderr: string): { name: unknown; trace: unknown }[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line).fields)
    .map((fields) => ({ name: fields['process.executable.name'], trace: fields.trace_id }));
}

describe('a program with otel-exec/register that was started inside a trace', () => {
  it('begins what has no parent of its own in that trace, and hands it on', async () => {
    const inherited = { TRACEPARENT, TRACESTATE: 'vendor=1' };
    for (const [parent, env] of [
      // A span that nobody records says nothing of its parent.
      ['undefined', inherited],
      [PARENT, { ...inherited, OTEL_PROPAGATORS: 'tracecontext' }],
    ] as const) {
      const { code, stdout, stderr } = await runProgram(PROGRAM, { env });
      expect(code).to.equal(0);
      const [without, root, own, below, child] = stdout.split('\n');
      expect(without).to.equal(`without a parent ${TRACE} ${parent}`);
      for (const other of [root, own, below]) {
        expect(other)
          .to.match(/undefined$/)
          .and.not.include(TRACE);
      }
      expect(child).to.match(new RegExp(`^00-${TRACE}-[\\da-f]{16}-01 vendor=1$`));
      expect(child).to.not.include(PARENT);
      expect(eventsOf(stderr)).to.deep.equal([{ name: 'sh', trace: TRACE }]);
    }
  });

  it('reads what the configured propagator calls it', async () => {
    const env = { TRACEPARENT, B3: `${'a'.repeat(32)}-${PARENT}-1`, OTEL_PROPAGATORS: 'b3' };
    const { stderr } = await runProgram(PROGRAM, { env });
    expect(eventsOf(stderr)).to.deep.equal([{ name: 'sh', trace: 'a'.repeat(32) }]);
  });

  it('passes over what is no trace context, and tells so', async () => {
    const env = { TRACEPARENT: `00-${'0'.repeat(32)}-${PARENT}-01`, OTEL_LOG_LEVEL: 'warn' };
    const { code, stdout, stderr } = await runProgram(PROGRAM, { env });
    expect(code).to.equal(0);
    expect(stdout).to.match(/^without a parent [\da-f]{32} undefined\n/);
    expect(stderr.split('\n')[0]).to.equal(
      'otel-exec/register: warn: otel-exec: ignored an invalid trace context in the environment: TRACEPARENT',
    );
  });

  it('is in one trace with the tool, the npm and the shell between them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otel-exec-inherited-'));
    try {
      const scripts = { work: 'node script.mjs' };
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }));
      writeFileSync(
        join(folder, 'script.mjs'),
        `import { execFileSync } from 'node:child_process';
        for (const name of ['true', 'date', 'pwd']) execFileSync(name);`,
      );
      writeFileSync(
        join(folder, 'tool.mjs'),
        `import { spawn } from 'node:child_process';
        spawn('npm', ['run', '--silent', 'work'], { stdio: 'inherit' });`,
      );
      const { TRACEPARENT: _, TRACESTATE: __, ...env } = process.env;
      const tool = spawn(process.execPath, ['tool.mjs'], {
        cwd: folder,
        env: { ...env, NODE_OPTIONS: `--import ${REGISTER}`, NO_UPDATE_NOTIFIER: '1' },
      });
      const { code, stderr } = await ended(tool);
      expect(code).to.equal(0);
      const events = eventsOf(stderr);
      expect(events.map(({ name }) => name)).to.deep.equal(['true', 'date', 'pwd', 'sh', 'npm']);
      expect(new Set(events.map(({ trace }) => trace)).size, stderr).to.equal(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
