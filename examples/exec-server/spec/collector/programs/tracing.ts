import { NodeSDK } from '@opentelemetry/sdk-node';

/** Starts a plain SDK that exports traces alone, as the `OTEL_*` variables say. */
export function startTracing(serviceName: string): NodeSDK {
  const sdk = new NodeSDK({ serviceName, metricReaders: [], logRecordProcessors: [] });
  sdk.start();
  return sdk;
}
