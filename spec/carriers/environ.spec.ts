import { diag, propagation, ROOT_CONTEXT, type TextMapPropagator, trace } from '@opentelemetry/api';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { EnvironmentSetter } from '@opentelemetry/propagator-env-carrier';
import { expect } from 'chai';
import fc from 'fast-check';
import { clearEnvironment, extractEnvironment, injectEnvironment } from 'otel-exec';
import { injectPairs } from '../../lib/carriers/environ.js';

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
const baggage = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});
const brokenHalfway: TextMapPropagator = {
  fields: () => ['traceparent', 'tracestate'],
  inject: (_context, carrier, setter) => {
    setter.set(carrier, 'traceparent', 'half');
    throw new Error('broken');
  },
  extract: (context) => context,
};
const names = fc.oneof(
  fc.constantFrom('TRACEPARENT', 'TRACESTATE', 'BAGGAGE', 'TRACEPARENTS', 'traceparent', '=C:'),
  fc.constantFrom('constructor', 'toString', 'TRACE', '7'),
  fc.stringMatching(/^\w+$/),
);
const environments = fc.dictionary(names, fc.constantFrom('', 'value', 'a=b', 'TRACEPARENT=x'));

function pairsOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}

function onPlatform(platform: NodeJS.Platform, work: () => void): void {
  const own = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor;
  Object.defineProperty(process, 'platform', { ...own, value: platform });
  try {
    work();
  } finally {
    Object.defineProperty(process, 'platform', own);
  }
}

describe("a child's environment", () => {
  afterEach(() => propagation.disable());

  it('is a copy with TRACEPARENT and nothing stale beside it', () => {
    expect(injectEnvironment(traced, inherited)).to.deep.equal({
      PATH: '/bin',
      TRACEPARENT,
    });
  });

  it('loses inherited names even where there is no trace to send', () => {
    const left = { PATH: '/bin' };
    expect(injectEnvironment(ROOT_CONTEXT, inherited)).to.deep.equal(left);
    expect(clearEnvironment(inherited)).to.deep.equal(left);
  });

  it('carries baggage only if asked, and never a stale one', () => {
    propagation.setGlobalPropagator(baggage);
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

  for (const [title, field] of Object.entries({
    'W3C Baggage under another name': 'x-baggage',
    'B3 and W3C Baggage': 'baggage',
    OpenTracing: 'ot-baggage-user',
    Jaeger: 'uberctx-user',
  })) {
    it(`carries what ${title} writes of baggage only if asked, wherever it has it from`, () => {
      propagation.setGlobalPropagator({
        fields: () => ['b3'],
        inject: (_context, carrier, setter) => {
          setter.set(carrier, 'b3', '0');
          setter.set(carrier, field, '1');
        },
        extract: (context) => context,
      });
      const name = field.replaceAll('-', '_').toUpperCase();
      expect(injectEnvironment(traced, { BAGGAGE: 'stale=1' })).to.deep.equal({ B3: '0' });
      expect(injectPairs(traced, ['BAGGAGE=stale=1'])).to.deep.equal(['B3=0']);
      expect(injectEnvironment(traced, {}, { baggage: true })).to.deep.equal({
        B3: '0',
        [name]: '1',
      });
    });
  }

  it('keeps an inherited BAGGAGE if asked, where the propagator has nothing to do with it', () => {
    expect(injectEnvironment(traced, inherited, { baggage: true })).to.deep.equal({
      PATH: '/bin',
      BAGGAGE: 'stale=1',
      TRACEPARENT,
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

  it("names variables as OpenTelemetry's own carrier does, whatever the fields are called", () => {
    const field = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.stringMatching(/^\d/));
    fc.assert(
      fc.property(field, (name) => {
        propagation.setGlobalPropagator({
          fields: () => [name],
          inject: (_context, carrier, setter) => setter.set(carrier, name, 'value'),
          extract: (context) => context,
        });
        const expected: Record<string, string> = {};
        new EnvironmentSetter(expected).set(undefined, name, 'value');
        expect(injectEnvironment(traced, {})).to.deep.equal(expected);
        propagation.disable();
      }),
    );
  });

  it('keeps every other name, whatever objects inherit', () => {
    const others = { constructor: 'kept', toString: 'kept', TRACEPARENTS: 'kept' };
    expect(clearEnvironment({ ...others, TRACEPARENT: 'stale' })).to.deep.equal(others);
    expect(injectEnvironment(traced, others)).to.deep.equal({ ...others, TRACEPARENT });
  });

  it('has no trace context at all where the propagator breaks halfway', () => {
    propagation.setGlobalPropagator(brokenHalfway);
    const left = { PATH: '/bin' };
    expect(injectEnvironment(traced, inherited)).to.deep.equal(left);
    expect(injectPairs(traced, pairsOf(inherited))).to.have.members(pairsOf(left));
  });

  it('loses names in any case on Windows, and keeps what differs in case elsewhere', () => {
    const environment = { Path: 'c:', TraceParent: 'stale', tracestate: 'stale=1' };
    const injected = () => injectEnvironment(traced, environment);
    const pairs = () => injectPairs(traced, pairsOf(environment));
    onPlatform('win32', () => {
      expect(injected()).to.deep.equal({ Path: 'c:', TRACEPARENT });
      expect(pairs()).to.have.members(pairsOf({ Path: 'c:', TRACEPARENT }));
    });
    onPlatform('linux', () => {
      expect(injected()).to.deep.equal({ ...environment, TRACEPARENT });
      expect(pairs()).to.have.members(pairsOf({ ...environment, TRACEPARENT }));
    });
  });

  it('is the same as a list of pairs, whose own members are left alone', () => {
    fc.assert(
      fc.property(
        environments,
        fc.constantFrom(traced, ROOT_CONTEXT),
        fc.constantFrom('linux', 'win32'),
        fc.boolean(),
        (environment, context, platform, withBaggage) => {
          if (withBaggage) propagation.setGlobalPropagator(baggage);
          else propagation.disable();
          onPlatform(platform, () => {
            const pairs = Object.freeze(pairsOf(environment));
            const expected = pairsOf(injectEnvironment(context, environment));
            expect(injectPairs(context, pairs)).to.have.members(expected);
          });
        },
      ),
    );
  });
});

describe('the environment that a program was started in', () => {
  const spanOf = (environment: Record<string, string>, context = ROOT_CONTEXT) =>
    trace.getSpanContext(extractEnvironment(environment, context));

  afterEach(() => {
    propagation.disable();
    diag.disable();
  });

  it('gives the context that it carries, also over an active one', () => {
    const environment = { TRACEPARENT, TRACESTATE: 'vendor=1' };
    const other = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: 'c'.repeat(32),
      spanId: 'd'.repeat(16),
      traceFlags: 1,
    });
    for (const context of [ROOT_CONTEXT, other]) {
      const spanContext = spanOf(environment, context);
      expect(spanContext).to.include({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) });
      expect(spanContext).to.include({ traceFlags: 1, isRemote: true });
      expect(spanContext?.traceState?.serialize()).to.equal('vendor=1');
    }
  });

  it('carries on what a parent has put there, through whichever propagator', () => {
    for (const propagator of [undefined, baggage]) {
      if (propagator) propagation.setGlobalPropagator(propagator);
      const context = propagation.setBaggage(
        traced,
        propagation.createBaggage({ user: { value: '1' } }),
      );
      const environment = injectEnvironment(context, {}, { baggage: true });
      const extracted = extractEnvironment(environment, ROOT_CONTEXT);
      expect(trace.getSpanContext(extracted)).to.include({ spanId: 'b'.repeat(16) });
      expect(propagation.getBaggage(extracted)?.getEntry('user')?.value).to.equal(
        propagator && '1',
      );
    }
  });

  it('leaves the context as it is, and tells of what is none, whatever it is', () => {
    const told: string[] = [];
    const tell = (message: string) => void told.push(message);
    diag.setLogger({ error: tell, warn: tell, info: tell, debug: tell, verbose: tell });
    told.length = 0;
    expect(extractEnvironment({}, traced)).to.equal(traced);
    expect(extractEnvironment({ TRACEPARENT: '', PATH: '/bin' }, traced)).to.equal(traced);
    expect(told).to.deep.equal([]);
    expect(extractEnvironment({ TRACEPARENT: 'stale' }, traced)).to.equal(traced);
    expect(extractEnvironment({ TRACESTATE: 'a=1' }, traced)).to.equal(traced);
    propagation.setGlobalPropagator({
      ...brokenHalfway,
      extract: () => {
        throw new Error('broken');
      },
    });
    expect(extractEnvironment({ TRACEPARENT }, traced)).to.equal(traced);
    expect(told).to.deep.equal([
      'otel-exec: ignored an invalid trace context in the environment: TRACEPARENT',
      'otel-exec: ignored an invalid trace context in the environment: TRACESTATE',
      'otel-exec: environment extraction failed',
    ]);
  });
});
