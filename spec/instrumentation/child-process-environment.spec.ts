import childProcess, { type ChildProcess, execSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { context, propagation, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { withInstrumentation } from './with-instrumentation.js';

const PRINT = 'echo "$TRACEPARENT|$TRACESTATE|$BAGGAGE|$KEPT|$INHERITED"';
const STALE = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;

async function output(child: ChildProcess): Promise<string[]> {
  const [out] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    once(child, 'close'),
  ]);
  return out.trim().split('|');
}

const forms: Record<string, (env?: NodeJS.ProcessEnv) => Promise<string[]> | string[]> = {
  spawn: (env) => output(spawn('sh', ['-c', PRINT], { ...(env && { env }) })),
  'ChildProcess.spawn': (env) => {
    const child = new ChildProcessItself();
    const envPairs = env && Object.entries(env).map(([name, value]) => `${name}=${value}`);
    child.spawn({ file: 'sh', args: ['sh', '-c', PRINT], ...(envPairs && { envPairs }) });
    return output(child);
  },
  spawnSync: (env) =>
    spawnSync('sh', ['-c', PRINT], { encoding: 'utf8', ...(env && { env }) })
      .stdout.trim()
      .split('|'),
  execSync: (env) =>
    execSync(PRINT, { encoding: 'utf8', ...(env && { env }) })
      .trim()
      .split('|'),
};
const ChildProcessItself = childProcess.ChildProcess as unknown as new () => ChildProcess & {
  spawn(options: object): void;
};

describe("the environment of an instrumented app's child", () => {
  for (const [form, start] of Object.entries(forms)) {
    it(`carries its own context and nothing stale, by ${form}, in a copy`, async () => {
      await withInstrumentation({}, async (capture) => {
        const env = Object.freeze({
          ...process.env,
          TRACEPARENT: STALE,
          TRACESTATE: 'stale=1',
          BAGGAGE: 'b=1',
          KEPT: 'kept=1',
        });
        const [traceparent, ...others] = await start(env);
        const { spans } = await capture.signals();
        expect(traceparent).to.equal(`00-${spans[0]?.traceId}-${spans[0]?.spanId}-01`);
        expect(others).to.deep.equal(['', '', 'kept=1', '']);
        expect(env.TRACEPARENT).to.equal(STALE);
      });
    });

    it(`is the app's own where none is given, by ${form}`, async () => {
      process.env.TRACEPARENT = STALE;
      process.env.INHERITED = 'yes';
      try {
        await withInstrumentation({}, async (capture) => {
          const [traceparent, , , , inherited] = await start();
          const { spans } = await capture.signals();
          expect(traceparent).to.include(spans[0]?.spanId);
          expect(inherited).to.equal('yes');
          expect(process.env.TRACEPARENT).to.equal(STALE);
        });
      } finally {
        delete process.env.TRACEPARENT;
        delete process.env.INHERITED;
      }
    });

    it(`is left alone by ${form} with propagate: false, and where a process is ignored`, async () => {
      const env = { ...process.env, TRACEPARENT: STALE };
      for (const config of [{ propagate: false }, { ignore: () => true }]) {
        await withInstrumentation(config, async () => {
          const [traceparent] = await start(env);
          expect(traceparent).to.equal(STALE);
        });
      }
    });
  }

  it('has inherited members too, as Node means it', async () => {
    await withInstrumentation({}, () => {
      const env = Object.create({ ...process.env, INHERITED: 'yes' });
      expect(forms.spawnSync?.(env)).to.have.property('4', 'yes');
    });
  });

  it('has baggage only where it is asked for', async () => {
    const baggage = propagation.createBaggage({ user: { value: 'me' } });
    for (const asked of [true, false]) {
      await withInstrumentation({ baggage: asked }, async () => {
        propagation.disable();
        propagation.setGlobalPropagator({
          fields: () => ['baggage'],
          extract: (into) => into,
          inject: (from, carrier, setter) => {
            if (propagation.getBaggage(from)) setter.set(carrier, 'baggage', 'user=me');
          },
        });
        const active = propagation.setBaggage(context.active(), baggage);
        const [, , sent] = await context.with(active, () => forms.spawn?.() ?? []);
        expect(sent).to.equal(asked ? 'user=me' : '');
      });
    }
  });

  it('has the context of the active trace, as the child of the span that is active', async () => {
    await withInstrumentation({}, async (capture) => {
      const span = capture.providers.tracerProvider.getTracer('test').startSpan('request');
      await context.with(trace.setSpan(context.active(), span), () => forms.spawn?.());
      span.end();
      const { spans } = await capture.signals();
      const [child, request] = spans;
      expect(child).to.include({ traceId: request?.traceId, parentSpanId: request?.spanId });
    });
  });
});
