/* A client with a tracer of its own, which knows nothing of this package: runs the command that follows the server's URL. */
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { runCommand } from '../../../client/run-command.js';
import { startTracing } from './tracing.js';

const [url = '', ...argv] = process.argv.slice(2);
const sdk = startTracing('client');
const span = trace.getTracer('client').startSpan('run a build', { kind: SpanKind.CLIENT });
const carrier: Record<string, string> = {};
propagation.inject(trace.setSpan(context.active(), span), carrier);
const { traceparent = '', tracestate } = carrier;
process.exitCode = await runCommand({
  url,
  token: undefined,
  cwd: undefined,
  argv,
  trace: { traceparent, ...(tracestate !== undefined && { tracestate }) },
  stdin: undefined,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: new AbortController().signal,
});
span.end();
await sdk.shutdown();
