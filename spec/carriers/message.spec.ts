import { type Context, context, diag, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { extractMessage, injectMessage } from 'otel-exec';

const A = '00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-aaaaaaaaaaaaaaaa-01';
const B = '00-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-bbbbbbbbbbbbbbbb-00';
const C = '00-cccccccccccccccccccccccccccccccc-cccccccccccccccc-01';

const ambient = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: 'd'.repeat(32),
  spanId: 'd'.repeat(16),
  traceFlags: 1,
});

const traceIdOf = (found: Context) => trace.getSpanContext(found)?.traceId;

function suite(): void {
  it('takes a top-level trace object, then params._meta, then top-level members', () => {
    const all = {
      trace: { traceparent: A },
      params: { _meta: { traceparent: B } },
      traceparent: C,
    };
    const { trace: _, ...withoutTrace } = all;
    const found = [all, withoutTrace, { traceparent: C }, {}].map(
      (message) => traceIdOf(extractMessage(message, ROOT_CONTEXT).context)?.[0],
    );
    expect(found).to.deep.equal(['a', 'b', 'c', undefined]);
  });

  it('marks it as remote and keeps flags and tracestate', () => {
    const message = { trace: { traceparent: B, tracestate: 'vendor=1' } };
    const spanContext = trace.getSpanContext(extractMessage(message, ROOT_CONTEXT).context);
    expect(spanContext?.isRemote).to.equal(true);
    expect(spanContext?.traceFlags).to.equal(0);
    expect(spanContext?.traceState?.serialize()).to.equal('vendor=1');
  });

  const invalid: Record<string, unknown> = {
    'a wrong length': `${A}0`,
    'a short trace id': '00-aaaa-aaaaaaaaaaaaaaaa-01',
    'upper case': A.toUpperCase(),
    'version ff': A.replace(/^00/, 'ff'),
    'a zero trace id': A.replace(/a{32}/, '0'.repeat(32)),
    'a zero span id': A.replace(/-a{16}-/, `-${'0'.repeat(16)}-`),
    'a number': 5,
    'an object': { toString: () => A },
    null: null,
  };
  for (const [name, traceparent] of Object.entries(invalid)) {
    it(`passes over ${name}, tells diag, and goes on to the next carrier`, () => {
      const told: string[] = [];
      const tell = (...words: unknown[]) => void told.push(words.join(' '));
      diag.setLogger({ error: tell, warn: tell, info() {}, debug() {}, verbose() {} });
      const message = { trace: { traceparent }, params: { _meta: { traceparent: B } } };
      expect(traceIdOf(extractMessage(message, ROOT_CONTEXT).context)?.[0]).to.equal('b');
      expect(told.filter((line) => line.includes('invalid trace context'))).to.have.length(1);
      diag.disable();
    });
  }

  it('accepts a later version that says more', () => {
    const traceparent = `${A.replace(/^00/, '01')}-more`;
    expect(traceIdOf(extractMessage({ traceparent }, ROOT_CONTEXT).context)?.[0]).to.equal('a');
  });

  it('makes the carrier the parent and links the active span, unless told otherwise', () => {
    const message = { trace: { traceparent: A } };
    const show = ({ context: parent, links }: ReturnType<typeof extractMessage>) => [
      traceIdOf(parent)?.[0],
      links?.map((link) => link.context.traceId[0]),
    ];
    expect(show(extractMessage(message, ambient))).to.deep.equal(['a', ['d']]);
    expect(show(extractMessage(message, ambient, 'link'))).to.deep.equal(['d', ['a']]);
    expect(show(extractMessage(message, ambient, 'ambient'))).to.deep.equal(['d', undefined]);
    expect(show(extractMessage(message, ROOT_CONTEXT, 'ambient'))).to.deep.equal(['a', undefined]);
    expect(show(extractMessage({}, ambient))).to.deep.equal(['d', undefined]);
  });

  it('never throws and never invents a trace, whatever the message is', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (anything, carrier) => {
        for (const message of [anything, { trace: carrier }, { params: { _meta: carrier } }]) {
          expect(traceIdOf(extractMessage(message, ambient).context)).to.equal('d'.repeat(32));
        }
      }),
    );
  });

  it('puts a context into a copy, in the carrier that was asked for', () => {
    const message = Object.freeze({ id: 1, method: 'm', params: Object.freeze({ x: 1 }) });
    const traceparent = `00-${'d'.repeat(32)}-${'d'.repeat(16)}-01`;
    expect(injectMessage(message, ambient, 'trace')).to.deep.equal({
      ...message,
      trace: { traceparent },
    });
    expect(injectMessage(message, ambient, 'message')).to.deep.equal({ ...message, traceparent });
    expect(injectMessage(message, ambient, 'meta')).to.deep.equal({
      ...message,
      params: { x: 1, _meta: { traceparent } },
    });
    expect(injectMessage({ id: 1, params: [1] }, ambient, 'meta')).to.deep.equal({
      id: 1,
      params: [1],
    });
    expect(injectMessage(message, ROOT_CONTEXT, 'trace')).to.equal(message);
  });
}

describe('trace context in messages, with no propagator configured', suite);

describe("trace context in messages, with the SDK's propagators", () => {
  before(() => {
    propagation.setGlobalPropagator(
      new CompositePropagator({
        propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
      }),
    );
  });
  after(() => {
    propagation.disable();
    context.disable();
  });

  suite();

  it('takes baggage along, even without a trace', () => {
    const found = extractMessage({ trace: { baggage: 'user=1' } }, ambient).context;
    expect(propagation.getBaggage(found)?.getEntry('user')?.value).to.equal('1');
    expect(traceIdOf(found)?.[0]).to.equal('d');
  });
});
