import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  type Context,
  createContextKey,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span,
  trace,
} from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import fc from 'fast-check';
import { ExecTelemetry } from 'otel-exec';

const KEYS = [createContextKey('a'), createContextKey('b')];

/** What can be done to a context; done to ours and to the API's own, it has to come to the same. */
type Step = (context: Context) => Context;

const other = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
const key = fc.constantFrom(...KEYS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(key, fc.integer()).map(
    ([to, value]): Step =>
      (on) =>
        on.setValue(to, value),
  ),
  key.map(
    (gone): Step =>
      (on) =>
        on.deleteValue(gone),
  ),
  fc.constant<Step>((on) => trace.setSpan(on, other)),
  fc.constant<Step>((on) => trace.deleteSpan(on)),
);

function valuesOf(context: Context): unknown[] {
  return [trace.getSpan(context), ...KEYS.map((each) => context.getValue(each))];
}

describe('the context of a lifecycle', () => {
  const telemetry = new ExecTelemetry({ tracerProvider: new TracerProvider() });

  it("behaves like the API's own with the same span, whatever is done to it", () => {
    fc.assert(
      fc.property(fc.array(step), fc.array(step), (before, after) => {
        const parent = before.reduce((on, take) => take(on), ROOT_CONTEXT);
        using request = telemetry.request({ id: 1, method: 'm' }, { context: parent });
        const span = trace.getSpan(request.context) as Span;
        const expected = after.reduce((on, take) => take(on), trace.setSpan(parent, span));
        const actual = after.reduce((on, take) => take(on), request.context);
        expect(valuesOf(actual)).to.deep.equal(valuesOf(expected));
      }),
    );
  });

  it('holds on to no span but its own', async () => {
    const kept = ROOT_CONTEXT.setValue(KEYS[0] as symbol, 'kept');
    const begin = (context: Context) => {
      using request = telemetry.request({ id: 1, method: 'm' }, { context });
      return request.context;
    };
    const nest = () => {
      const parent = begin(kept);
      return { span: new WeakRef(trace.getSpan(parent) as Span), context: begin(begin(parent)) };
    };
    const { span, context } = nest();
    await setImmediate();
    collectGarbage();
    expect(span.deref()).to.equal(undefined);
    expect(context.getValue(KEYS[0] as symbol)).to.equal('kept');
  });
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
