import { NodeSDK } from '@opentelemetry/sdk-node';
import { LineLogRecordProcessor } from 'otel-exec/lines';

/** The SDK of this command line. */
export interface Signals {
  /** Whether they go where the `OTEL_*` variables say; otherwise events are lines on stderr. */
  readonly exported: boolean;
  /** Sends what was recorded; never rejects. To be called once, when nothing more will be recorded. */
  end(): Promise<void>;
}

const EXPORTER = /^OTEL_(?:TRACES|METRICS|LOGS)_EXPORTER$|^OTEL_EXPORTER_OTLP_(?:\w+_)?ENDPOINT$/;

/** Starts the SDK, as the standard variables say. */
export function startSignals(variables: NodeJS.ProcessEnv): Signals {
  const exported = Object.entries(variables).some(
    ([name, value]) => EXPORTER.test(name) && value?.trim(),
  );
  const sdk = new NodeSDK({
    instrumentations: [],
    ...(!exported && {
      logRecordProcessors: [new LineLogRecordProcessor({ filter: variables.OTEL_EXEC_LOG })],
      metricReaders: [],
    }),
  });
  sdk.start();
  return {
    exported,
    end: async () => {
      await sdk.shutdown().catch(() => {});
    },
  };
}
