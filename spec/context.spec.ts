import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Context, createContextKey, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import { ExecTelemetry } from 'otel-exec';

const KEY = createContextKey('kept');

describe('the context of a lifecycle', () => {
  const telemetry = new ExecTelemetry({ tracerProvider: new TracerProvider() });

  it('holds on to no span but its own', async () => {
    const kept = ROOT_CONTEXT.setValue(KEY, 'kept');
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
    expect(context.getValue(KEY)).to.equal('kept');
  });
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
