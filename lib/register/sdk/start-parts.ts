import type { NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import { isSet, readList, type Variables } from '../environment.js';
import { readLogRecordLimits, readSpanLimits } from './limits.js';
import { readMetricReaders } from './metric-readers.js';
import type { NodeSdk } from './node-sdk.js';
import { Parts, type Resource } from './parts.js';
import { makePropagator, readPropagators } from './propagators.js';
import { detectResource, readDetectors } from './resource.js';
import { type MakeSampler, readSampler } from './sampler.js';

/** What is set up already; what is absent is to be as the variables say. */
export type Given = Pick<
  Partial<NodeSDKConfiguration>,
  'spanProcessors' | 'logRecordProcessors' | 'metricReaders' | 'autoDetectResources'
>;

/**
 * Sets up and registers what the variables ask for, as `NodeSDK` would, from the packages that it takes and no
 * others: loading every exporter there is takes most of a program's start.
 * @returns what describes the program; undefined, and has done nothing, where they ask for something else, or the SDK is
 * made of other packages
 * @throws what loading or making a part throws
 */
export function startParts(sdk: NodeSdk, variables: Variables, given: Given): Resource | undefined {
  const parts = Parts.of(sdk);
  const asked = parts && readAsked(variables, given, parts.release);
  if (parts === undefined || asked === undefined) return undefined;
  const { api } = parts;
  const readers = asked.metricReaders.map((make) => make(parts, variables));
  const manager = new parts.contextAsyncHooks.AsyncLocalStorageContextManager().enable();
  api.context.setGlobalContextManager(manager);
  const propagator = makePropagator(parts, asked.propagators);
  if (propagator !== undefined) api.propagation.setGlobalPropagator(propagator);
  const resource = detectResource(parts, asked.detectors);
  if (readers.length > 0) {
    const { MeterProvider } = parts.sdkMetrics;
    api.metrics.setGlobalMeterProvider(new MeterProvider({ resource, readers }));
  }
  if (given.spanProcessors) registerTracing(parts, resource, given.spanProcessors, asked.sampler);
  if (given.logRecordProcessors) registerLogging(parts, resource, given.logRecordProcessors);
  return resource;
}

function readAsked(variables: Variables, given: Given, release: number) {
  const propagators = readPropagators(variables);
  const detectors = given.autoDetectResources === false ? [] : readDetectors(variables, release);
  const sampler = readSampler(variables);
  const metricReaders = given.metricReaders ? [] : readMetricReaders(variables);
  const isWhole =
    (given.spanProcessors === undefined && !isNone(variables, 'OTEL_TRACES_EXPORTER')) ||
    (given.logRecordProcessors === undefined && !isNone(variables, 'OTEL_LOGS_EXPORTER')) ||
    isSet(variables.OTEL_NODE_EXPERIMENTAL_SDK_METRICS);
  if (isWhole || !propagators || !detectors || !sampler || !metricReaders) return undefined;
  return { propagators, detectors, sampler, metricReaders };
}

function isNone(variables: Variables, name: string): boolean {
  const names = readList(variables, name);
  return names?.length === 1 && names[0] === 'none';
}

function registerTracing(
  parts: Parts,
  resource: Resource,
  spanProcessors: NonNullable<Given['spanProcessors']>,
  makeSampler: MakeSampler,
): void {
  const sampler = makeSampler(parts);
  const provider = new parts.sdkTrace.TracerProvider({
    resource,
    spanProcessors,
    spanLimits: readSpanLimits(parts),
    ...(sampler && { sampler }),
  });
  parts.api.trace.setGlobalTracerProvider(provider);
}

function registerLogging(
  parts: Parts,
  resource: Resource,
  processors: NonNullable<Given['logRecordProcessors']>,
): void {
  const logRecordLimits = readLogRecordLimits(parts);
  const provider = new parts.sdkLogs.LoggerProvider({ resource, processors, logRecordLimits });
  parts.logsApi.logs.setGlobalLoggerProvider(provider);
}
