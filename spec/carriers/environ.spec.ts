import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { expect } from 'chai';
import { clearEnvironment, injectEnvironment } from 'otel-exec';

const traced = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  traceFlags: 1,
});
const TRACEPARENT = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const inherited = Object.freeze({
  PATH: '/bin',
  TRACEPARENT: 'stale',
  TRACESTATE: 'stale=1',
  BAGGAGE: 'stale=1',
});

describe("a child's environment", () => {
  afterEach(() => propagation.disable());

  it('is a copy with TRACEPARENT and nothing stale beside it', () => {
    expect(injectEnvironment(traced, inherited)).to.deep.equal({
      PATH: '/bin',
      BAGGAGE: 'stale=1',
      TRACEPARENT,
    });
  });

  it('loses inherited names even where there is no trace to send', () => {
    const left = { PATH: '/bin', BAGGAGE: 'stale=1' };
    expect(injectEnvironment(ROOT_CONTEXT, inherited)).to.deep.equal(left);
    expect(clearEnvironment(inherited)).to.deep.equal(left);
  });

  it('carries baggage only if asked, and never a stale one', () => {
    propagation.setGlobalPropagator(
      new CompositePropagator({
        propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
      }),
    );
    const context = propagation.setBaggage(
      traced,
      propagation.createBaggage({ user: { value: '1' } }),
    );
    expect(injectEnvironment(context, inherited)).to.deep.equal({ PATH: '/bin', TRACEPARENT });
    expect(injectEnvironment(context, inherited, { baggage: true })).to.deep.equal({
      PATH: '/bin',
      TRACEPARENT,
      BAGGAGE: 'user=1',
    });
  });

  it('uses whatever names the configured propagator owns', () => {
    propagation.setGlobalPropagator({
      fields: () => ['x-b3-traceid'],
      inject: (_context, carrier, setter) => setter.set(carrier, 'x-b3-traceid', 'new'),
      extract: (context) => context,
    });
    expect(injectEnvironment(traced, { X_B3_TRACEID: 'stale', TRACEPARENT: 'kept' })).to.deep.equal(
      {
        X_B3_TRACEID: 'new',
        TRACEPARENT: 'kept',
      },
    );
  });
});
