import { expect } from 'chai';
import { runProgram } from './program.js';

/** Shows what an app sees that uses the API alone: contexts that are handed on, spans and their ids. */
const PROGRAM = `
  import { EventEmitter } from 'node:events';
  import { setTimeout } from 'node:timers/promises';
  import { context, createContextKey, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
  const KEY = createContextKey('a key');
  const read = () => context.active().getValue(KEY);
  const inside = ROOT_CONTEXT.setValue(KEY, 'inside');
  const show = (what, ...values) => console.log(what, ...values);

  show('root', read(), context.active() === ROOT_CONTEXT);
  show('with', context.with(inside, function (a, b) { return [this.of, a, b, read()].join(); }, { of: 'this' }, 1, 2));
  show('throws', (() => { try { context.with(inside, () => { throw new Error('odd'); }); } catch (error) { return error.message; } })());
  await context.with(inside, async () => {
    await setTimeout(1);
    show('awaited', read());
    context.with(ROOT_CONTEXT, () => show('nested', read()));
    show('after', read());
  });
  const bound = context.bind(inside, function (a, b) { return [this.of, a, b, read()].join(); });
  show('bound', bound.length, bound.call({ of: 'this' }, 1, 2), read());
  const emitter = context.bind(inside, new EventEmitter());
  emitter.on('event', function (value) { show('listener', read(), value, this === emitter); });
  emitter.once('event', () => show('once', read()));
  emitter.emit('event', 7);
  emitter.emit('event', 8);
  show('bound to nothing', context.bind(inside, 7));

  const tracer = trace.getTracer('an app');
  const first = tracer.startSpan('first');
  const { traceId, spanId, traceFlags } = first.spanContext();
  show('ids', /^[\\da-f]{32}$/.test(traceId), /^[\\da-f]{16}$/.test(spanId), traceFlags);
  const below = trace.setSpan(ROOT_CONTEXT, first);
  const family = (span) => [span.spanContext().traceId === traceId, span.spanContext().spanId === spanId, span.spanContext().traceFlags];
  show('child', family(tracer.startSpan('child', {}, below)));
  show('root', family(tracer.startSpan('child', { root: true }, below)));
  show('active', tracer.startActiveSpan('active', {}, below, (span) => [...family(span), trace.getActiveSpan() === span]));
  show('returns', tracer.startActiveSpan('active', (span) => [trace.getActiveSpan() === span, read()]));
  const remote = propagation.extract(ROOT_CONTEXT, { traceparent: '00-' + 'a'.repeat(32) + '-' + 'b'.repeat(16) + '-00', tracestate: 'v=1' });
  const unsampled = tracer.startSpan('unsampled', {}, remote).spanContext();
  show('unsampled', unsampled.traceId, unsampled.traceFlags, unsampled.traceState?.serialize());
  const carrier = {};
  propagation.inject(trace.setSpan(ROOT_CONTEXT, first), carrier);
  show('injected', carrier.traceparent === '00-' + traceId + '-' + spanId + '-01');
  const suppressed = ROOT_CONTEXT.setValue(Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), true);
  show('suppressed', tracer.startSpan('suppressed', {}, suppressed).spanContext().traceId);
`;

describe('otel-exec/register, with lines alone', () => {
  it('shows an app that uses the API what an SDK would', async () => {
    const [alone, sdk] = await Promise.all(
      [{}, { OTEL_PROPAGATORS: 'tracecontext' }].map((env) => runProgram(PROGRAM, { env })),
    );
    expect(alone).to.include({ code: 0, stderr: '' });
    expect(alone?.stdout).to.include('unsampled').and.to.equal(sdk?.stdout);
  });
});
