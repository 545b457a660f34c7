import { NodeSDK } from '@opentelemetry/sdk-node';
import type { Parts } from './providers.js';

const LOG_LEVEL = 'OTEL_LOG_LEVEL';

/**
 * Starts the whole SDK, which reads every variable that there is.
 * @returns what sends the last metrics
 */
export function startNodeSdk(parts: Parts): () => Promise<void> {
  const sdk = quietly(() => {
    const started = new NodeSDK({
      ...parts,
      instrumentations: [],
      autoDetectResources: false,
      spanProcessors: [IDENTIFY, ...parts.spanProcessors],
    });
    started.start();
    return started;
  });
  return () => sdk.shutdown();
}

/** A tracer provider exists only with a processor; without one, the command would have no trace. */
const IDENTIFY = {
  onStart() {},
  onEnd() {},
  async forceFlush() {},
  async shutdown() {},
};

/** Where the level is set, the SDK sends `diag` to stdout, which is the command's. */
function quietly<T>(start: () => T): T {
  const level = process.env[LOG_LEVEL];
  delete process.env[LOG_LEVEL];
  try {
    return start();
  } finally {
    if (level !== undefined) process.env[LOG_LEVEL] = level;
  }
}
