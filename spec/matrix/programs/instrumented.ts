import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ChildProcessInstrumentation } from 'otel-exec/instrumentation';

const sdk = new NodeSDK({ instrumentations: [new ChildProcessInstrumentation()] });
sdk.start();
await promisify(execFile)('sh', ['-c', 'test -n "$TRACEPARENT"']);
if (spawnSync('sh', ['-c', 'test -n "$TRACEPARENT"']).status !== 0) process.exitCode = 1;
await sdk.shutdown();
