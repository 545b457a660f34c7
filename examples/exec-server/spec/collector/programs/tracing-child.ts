/* A program with a tracer of its own that is started by somebody it knows nothing of. */
import { context, propagation, trace } from '@opentelemetry/api';
import { EnvironmentGetter } from '@opentelemetry/propagator-env-carrier';
import { startTracing } from './tracing.js';

const sdk = startTracing('child');
const parent = propagation.extract(context.active(), undefined, new EnvironmentGetter());
trace.getTracer('child').startSpan('compile', {}, parent).end();
await sdk.shutdown();
