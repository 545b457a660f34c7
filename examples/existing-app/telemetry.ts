/*
 * The telemetry that the app had before. What otel-exec adds is one import and one entry.
 */
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ChildProcessInstrumentation } from 'otel-exec/instrumentation';

const sdk = new NodeSDK({
  serviceName: 'existing-app',
  instrumentations: [new HttpInstrumentation(), new ChildProcessInstrumentation()],
});
sdk.start();
process.once('beforeExit', () => sdk.shutdown());
