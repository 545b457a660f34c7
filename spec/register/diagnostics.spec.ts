import { once } from 'node:events';
import { expect } from 'chai';
import { runProgram, startProgram } from './program.js';

const IMPORT = "import { diag } from '@opentelemetry/api';";

describe('diagnostics of a program with otel-exec/register', () => {
  it('are shown from warnings on, unless OTEL_LOG_LEVEL says otherwise', async () => {
    const program = `${IMPORT} for (const level of ['error', 'warn', 'info']) diag[level](level);`;
    const [shown, errors] = await Promise.all([
      runProgram(program),
      runProgram(program, { env: { OTEL_LOG_LEVEL: 'error' } }),
    ]);
    const [error, warn] = ['error', 'warn'].map(
      (level) => `otel-exec/register: ${level}: ${level}\n`,
    );
    expect(shown.stderr).to.equal(`${error}${warn}`);
    expect(errors.stderr).to.equal(error);
  });

  it('are counted where there are too many to be shown', async () => {
    const { stderr } = await runProgram(
      `${IMPORT} for (let at = 0; at < 600_000; at++) diag.warn('invalid traceparent ' + at);`,
    );
    const lines = stderr.trimEnd().split('\n');
    expect(lines).to.have.length(51);
    expect(lines[49]).to.equal('otel-exec/register: warn: invalid traceparent 49');
    expect(lines[50]).to.equal('otel-exec/register: warn: 599950 more diagnostics were not shown');
  });

  for (const level of ['warn', 'debug'] as const) {
    it(`take little memory while nobody reads them: ${level}`, async () => {
      const child = startProgram(
        `${IMPORT}
        import { writeSync } from 'node:fs';
        for (let at = 0; at < 600_000; at++) {
          diag.${level}('invalid traceparent ' + at + 'x'.repeat(300));
          if (at % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
        writeSync(1, String(process.memoryUsage().rss));
        process.kill(process.pid, 'SIGKILL');`,
        { env: { OTEL_LOG_LEVEL: level } },
      );
      const [rss] = await once(child.stdout as NodeJS.ReadableStream, 'data');
      child.stderr?.destroy();
      expect(Number(rss)).to.be.within(1, 250e6);
    });
  }
});
