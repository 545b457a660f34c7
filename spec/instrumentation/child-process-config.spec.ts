import { execSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { context, createContextKey, DiagLogLevel, diag, trace } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { expect } from 'chai';
import { ChildProcessInstrumentation } from 'otel-exec/instrumentation';
import { SignalCapture } from 'otel-exec/testing';
import { expectProcesses } from './expect-process.js';
import { withInstrumentation } from './with-instrumentation.js';

const success = { executable: 'sh', result: 'success', exitCode: 0 } as const;
const run = () => spawnSync('sh', ['-c', ':']);

describe('the config of a ChildProcessInstrumentation', () => {
  it('is that of the ecosystem: enabled at once unless told otherwise, providers settable', async () => {
    await using global = new SignalCapture().register();
    await using own = new SignalCapture();
    const instrumentation: Instrumentation = new ChildProcessInstrumentation({ enabled: false });
    try {
      run();
      expect(instrumentation.getConfig()).to.deep.equal({ enabled: false });
      instrumentation.enable();
      run();
      instrumentation.setTracerProvider(own.providers.tracerProvider);
      instrumentation.setMeterProvider(own.providers.meterProvider);
      instrumentation.setLoggerProvider?.(own.providers.loggerProvider);
      run();
      run();
      await expectProcesses(global, success);
      await expectProcesses(own, success, success);
    } finally {
      instrumentation.disable();
    }
  });

  it('changes for what begins later, and what is open settles where it began', async () => {
    await using later = new SignalCapture();
    await withInstrumentation({}, async (capture, instrumentation) => {
      const child = spawn('sh', ['-c', 'read line']);
      instrumentation.setTracerProvider(later.providers.tracerProvider);
      instrumentation.setConfig({ ignore: () => true });
      run();
      child.stdin.end('\n');
      await once(child, 'close');
      await expectProcesses(capture, success);
      await later.expectExactly({ spans: [] });
    });
  });

  it('may ignore, require a parent, and respects suppressed tracing', async () => {
    const seen: unknown[] = [];
    const ignore = (...command: unknown[]) => seen.push(command) > 1;
    await withInstrumentation({ ignore }, async (capture) => {
      run();
      execSync('true');
      expect(seen).to.deep.equal([
        ['sh', ['-c', ':']],
        ['/bin/sh', ['-c', 'true']],
      ]);
      await expectProcesses(capture, success);
    });
    await withInstrumentation({ requireParentSpan: true }, async (capture) => {
      run();
      await expectProcesses(capture);
      const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
      context.with(trace.setSpanContext(context.active(), parent), run);
      await expectProcesses(capture, success);
    });
    await withInstrumentation({}, async (capture) => {
      const key = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
      context.with(context.active().setValue(key, true), run);
      await capture.expectExactly({ spans: [], events: [], metrics: {} });
    });
  });

  it('hands the span to its hooks, at both ends of each form', async () => {
    const ends: unknown[] = [];
    const hooks: ConstructorParameters<typeof ChildProcessInstrumentation>[0] = {
      spawnHook: (span, { file, args }) => span.setAttribute('app.command', [file, ...args]),
      exitHook: (span, { code, signal, error }) => {
        ends.push([code, signal, (error as { code?: string } | undefined)?.code]);
        span.setAttribute('app.ended', true);
      },
    };
    await withInstrumentation(hooks, async (capture) => {
      await once(spawn('sh', ['-c', 'exit 3']), 'close');
      spawnSync('sh', ['-c', 'kill -9 $$']);
      await new Promise((resolve) => spawn('/nonexistent/program').on('error', resolve));
      const { spans } = await capture.signals();
      expect(spans.map(({ attributes }) => attributes))
        .to.have.length(3)
        .and.satisfy((all: Record<string, unknown>[]) =>
          all.every((each) => each['app.ended'] === true),
        );
      expect(spans[0]?.attributes['app.command']).to.deep.equal(['sh', '-c', 'exit 3']);
      expect(ends).to.deep.equal([
        [3, null, undefined],
        [null, 'SIGKILL', undefined],
        [null, null, 'ENOENT'],
      ]);
    });
  });

  it('may be broken: hooks and filters that throw are told to diag and change nothing', async () => {
    const told: string[] = [];
    const tell = (message: string) => void told.push(message);
    diag.setLogger(
      { error: tell, warn: tell, info: tell, debug: tell, verbose: tell },
      { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
    );
    const fail = () => {
      throw new Error('broken hook');
    };
    try {
      await withInstrumentation(
        { ignore: fail, spawnHook: fail, exitHook: fail },
        async (capture) => {
          await once(spawn('sh', ['-c', ':']), 'close');
          expect(run().status).to.equal(0);
          await expectProcesses(capture, success, success);
        },
      );
      expect(told).to.deep.equal(
        Array.from({ length: 2 }, () => [
          'otel-exec: ignore failed',
          'otel-exec: spawnHook failed',
          'otel-exec: exitHook failed',
        ]).flat(),
      );
    } finally {
      diag.disable();
    }
  });

  it('opts in to arguments, out of the executable, and into a trace of its own', async () => {
    const config = {
      captureCommandArgs: true,
      captureExecutableName: false,
      processParent: 'link',
    } as const;
    await withInstrumentation(config, async (capture) => {
      const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
      context.with(trace.setSpanContext(context.active(), parent), () => execSync('exit 0'));
      const { spans } = await capture.signals();
      expect(
        spans.map(({ name, parentSpanId, links, attributes }) => [
          [name, parentSpanId, links],
          attributes,
        ]),
      ).to.deep.equal([
        [
          ['child_process', undefined, [parent.spanId]],
          { 'process.command_args': ['/bin/sh', '-c', 'exit 0'], 'process.exit.code': 0 },
        ],
      ]);
    });
  });

  it('settles what is open where it is asked to, and goes on observing', async () => {
    await withInstrumentation({}, async (capture, instrumentation) => {
      const child = spawn('sh', ['-c', 'read line']);
      await once(child, 'spawn');
      instrumentation.settleOpen();
      run();
      child.stdin.end('\n');
      await once(child, 'close');
      const unknown = { executable: 'sh', result: 'unknown', errorType: 'unknown' } as const;
      await expectProcesses(capture, unknown, success);
    });
  });
});
