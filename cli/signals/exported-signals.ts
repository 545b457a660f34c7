import { createRequire } from 'node:module';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import type { LineLogRecordProcessor } from 'otel-exec/lines';
import { isSet, type Variables } from './destinations.js';
import { makeExporters } from './exporters.js';
import { inTime } from './patience.js';
import { type Parts, startProviders } from './providers.js';

/** What the SDK is started with. */
export interface ExportedOptions {
  readonly service: string | undefined;
  readonly idGenerator: IdGenerator | undefined;
  /** Writes events as lines as well. */
  readonly lines: LineLogRecordProcessor | undefined;
  readonly warn: (message: string) => void;
}

/** The part of the time that spans and log records may take: the metrics count what became of them. */
const FOR_ITEMS = 0.75;
/** What `NodeSDK` alone reads here: samplers, propagators and limits. */
const OF_NODE_SDK =
  /^OTEL_(?:TRACES_SAMPLER|PROPAGATORS|NODE_EXPERIMENTAL_SDK_METRICS)$|^OTEL_.*_LIMIT$/;

/**
 * Starts as much of the SDK as sends all three signals where the standard variables say.
 * @returns what sends the last of them, in so many milliseconds
 * @throws what loading or starting it throws
 */
export async function startExportedSignals(
  variables: Variables,
  { service, idGenerator, lines, warn }: ExportedOptions,
): Promise<(withinMillis: number) => Promise<void>> {
  const require = createRequire(import.meta.resolve('@opentelemetry/sdk-node'));
  const { spans, records, metricReaders } = makeExporters(variables, require, warn);
  const stopMetrics = await start(variables, {
    resource: describe(service, require),
    spanProcessors: [...spans],
    logRecordProcessors: [...(lines ? [lines] : []), ...records],
    metricReaders: [...metricReaders],
    ...(idGenerator && { idGenerator }),
  });
  return async (withinMillis) => {
    const deadline = performance.now() + withinMillis;
    const timeoutMillis = withinMillis * FOR_ITEMS;
    await Promise.all([...spans, ...records].map((one) => one.shutdown({ timeoutMillis })));
    const areCounted = await inTime(stopMetrics(), deadline - performance.now());
    if (!areCounted) warn('the last metrics were not exported');
  };
}

async function start(variables: Variables, parts: Parts): Promise<() => Promise<void>> {
  if (Object.keys(variables).some((name) => OF_NODE_SDK.test(name) && isSet(variables[name]))) {
    const { startNodeSdk } = await import('./node-sdk.js');
    return startNodeSdk(parts);
  }
  return startProviders(parts);
}

/** Not with the process's own description: its arguments hold those of the command. */
function describe(service: string | undefined, require: NodeJS.Require): Parts['resource'] {
  const resources: typeof import('@opentelemetry/resources') = require('@opentelemetry/resources');
  const { defaultResource, detectResources, envDetector, hostDetector } = resources;
  return defaultResource()
    .merge(
      resources.resourceFromAttributes(service === undefined ? {} : { 'service.name': service }),
    )
    .merge(detectResources({ detectors: [envDetector, hostDetector] }));
}
