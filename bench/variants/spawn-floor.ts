import type { ChildProcess, spawn as nodeSpawn } from 'node:child_process';
import {
  context as contextApi,
  metrics,
  propagation,
  type Span,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { EnvironmentSetter } from '@opentelemetry/propagator-env-carrier';
import { childProcess } from 'otel-exec/conventions';
import type { Sdk } from '../sdk.js';

const EXECUTABLE = 'process.executable.name';

/**
 * The least that gives the same signals of a child process as `ChildProcessInstrumentation`: one span, one
 * histogram record, two log records, and the context in a copy of the environment. By hand, for one
 * command: nothing is counted, guarded, replaced or configured, and a failed start is not noticed.
 */
export function spawnFloor({ logger }: Sdk, spawn: typeof nodeSpawn): () => ChildProcess {
  const tracer = trace.getTracer('floor');
  const duration = metrics.getMeter('floor').createHistogram('floor.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: [...BOUNDARIES] },
  });
  return () => {
    const began = performance.now();
    const ambient = contextApi.active();
    const attributes = { [EXECUTABLE]: 'true' };
    const span = tracer.startSpan('true', { kind: SpanKind.CLIENT, attributes }, ambient);
    const context = trace.setSpan(ambient, span);
    const env = { ...process.env } as Record<string, string>;
    propagation.inject(context, undefined, new EnvironmentSetter(env));
    const child = spawn('true', { stdio: 'ignore', env });
    const about = { [EXECUTABLE]: 'true', trace_id: span.spanContext().traceId };
    span.setAttribute('process.pid', child.pid ?? 0);
    logger.emit({ ...STARTED, attributes: about, context });
    child.once('exit', (code) => {
      const millis = performance.now() - began;
      duration.record(millis / 1_000, { result: 'success' }, context);
      const ended = { ...about, result: 'success', duration_ms: Math.trunc(millis) };
      logger.emit({ ...EXITED, attributes: ended, context });
      end(span, code);
    });
    return child;
  };
}

function end(span: Span, code: number | null): void {
  span.setAttribute('process.exit.code', code ?? -1);
  span.end();
}

const BOUNDARIES = childProcess().metrics?.duration?.boundaries ?? [];
const STARTED = {
  eventName: 'child_process.start',
  severityNumber: 5,
  severityText: 'DEBUG',
  body: 'child process started',
};
const EXITED = {
  eventName: 'child_process.exit',
  severityNumber: 9,
  severityText: 'INFO',
  body: 'child process ended',
};
