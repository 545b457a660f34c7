import { createRequire } from 'node:module';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import type { LineLogRecordProcessor } from 'otel-exec/lines';
import type { Variables } from './destinations.js';
import { queueExporters } from './exporters.js';
import { inTime } from './patience.js';

/** What the whole SDK is started with. */
export interface ExportedOptions {
  readonly service: string | undefined;
  readonly idGenerator: IdGenerator | undefined;
  /** Writes events as lines as well. */
  readonly lines: LineLogRecordProcessor | undefined;
  readonly warn: (message: string) => void;
}

/** The part of the time that spans and log records may take: the metrics count what became of them. */
const FOR_ITEMS = 0.75;
const LOG_LEVEL = 'OTEL_LOG_LEVEL';

/**
 * Starts the whole SDK, which sends all three signals where the standard variables say.
 * @returns what sends the last of them, in so many milliseconds
 * @throws what loading or starting it throws
 */
export async function startExportedSignals(
  variables: Variables,
  { service, idGenerator, lines, warn }: ExportedOptions,
): Promise<(withinMillis: number) => Promise<void>> {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const require = createRequire(import.meta.resolve('@opentelemetry/sdk-node'));
  const resources: typeof import('@opentelemetry/resources') = require('@opentelemetry/resources');
  const { defaultResource, envDetector, hostDetector, resourceFromAttributes } = resources;
  const { spans, records } = queueExporters(variables, require, warn);
  const configuration = {
    instrumentations: [],
    resource: defaultResource().merge(
      resourceFromAttributes(service === undefined ? {} : { 'service.name': service }),
    ),
    // Not the process's own: its arguments hold those of the command.
    resourceDetectors: [envDetector, hostDetector],
    spanProcessors: [IDENTIFY, ...spans],
    logRecordProcessors: [...(lines ? [lines] : []), ...records],
    ...(idGenerator && { idGenerator }),
  };
  const sdk = quietly(() => {
    const started = new NodeSDK(configuration);
    started.start();
    return started;
  });
  return async (withinMillis) => {
    const deadline = performance.now() + withinMillis;
    const timeoutMillis = withinMillis * FOR_ITEMS;
    await Promise.all([...spans, ...records].map((one) => one.shutdown({ timeoutMillis })));
    const areCounted = await inTime(sdk.shutdown(), deadline - performance.now());
    if (!areCounted) warn('the last metrics were not exported');
  };
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
