import { createRequire } from 'node:module';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ChildProcessInstrumentation } from 'otel-exec/instrumentation';

const require = createRequire(import.meta.url);
const { getNodeAutoInstrumentations } = require('@opentelemetry/auto-instrumentations-node');
const sdk = new NodeSDK({
  instrumentations: [getNodeAutoInstrumentations(), new ChildProcessInstrumentation()],
});
sdk.start();
const { createServer, get } = require('node:http') as typeof import('node:http');
const { execFile } = require('node:child_process') as typeof import('node:child_process');
const server = createServer((_, response) => {
  execFile('sh', ['-c', ':'], () => response.end());
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as import('node:net').AddressInfo;
  get({ host: '127.0.0.1', port }, (response) => {
    response.resume().on('end', () => {
      server.close();
      void sdk.shutdown();
    });
  });
});
