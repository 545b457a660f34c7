import { Console } from 'node:console';
import { setTimeout as pause } from 'node:timers/promises';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { diagLogLevelFromString, getStringFromEnv } from '@opentelemetry/core';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { formatLine, LineLogRecordProcessor, parseLineFilter } from 'otel-exec/lines';
import { checkEndpoints } from './endpoints.js';
import { VERSION } from './environment-info.js';
import { metricReaders } from './metric-readers.js';
import { exportLogRecords, exportSpans, isExportedOverOtlp } from './otlp.js';

/** Who looks on beside the exporters. */
export interface Watcher {
  readonly spanProcessor: SpanProcessor;
  readonly logRecordProcessor: LogRecordProcessor;
  readonly metricReader: IMetricReader;
}

/** What the SDK reads where the operator's environment says nothing; see `otel-exec/export` for the queues. */
const DEFAULTS: Readonly<Record<string, string>> = {
  // Without `process`, which would send the server's own command line along.
  OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,serviceinstance',
};

/** The part of the time for the end that spans and log records may take. */
const FOR_QUEUES = 0.75;

/** What runs until it is shut down. */
export interface RunningTelemetry {
  /** Exports what is left and tells what could not be exported in time, milliseconds; never rejects. */
  shutdown(withinMillis: number): Promise<void>;
}

/**
 * Starts OpenTelemetry: one JSON line a boundary on stderr, as `OTEL_EXEC_LOG` filters them, and OTLP
 * for every signal that has an endpoint. The standard `OTEL_*` variables are honoured.
 * @param watcher who gets every signal too
 * @returns what to shut down, and so flush, before the process ends
 * @throws LineFilterError that names a bad directive; EnvironmentError that names another bad variable
 */
export function startTelemetry(watcher?: Watcher): RunningTelemetry {
  checkEndpoints();
  const filter = parseLineFilter(getStringFromEnv('OTEL_EXEC_LOG'));
  keepStdoutClean();
  diag.setLogger(diagLines(), { logLevel: diagLevel(), suppressOverrideMessage: true });
  return withDefaults(() => {
    const spans = isExportedOverOtlp('TRACES') ? exportSpans() : undefined;
    const logRecords = isExportedOverOtlp('LOGS') ? exportLogRecords() : undefined;
    const sdk = new NodeSDK({
      resource: defaultResource().merge(
        resourceFromAttributes({
          [ATTR_SERVICE_NAME]: 'exec-server',
          [ATTR_SERVICE_VERSION]: VERSION,
        }),
      ),
      logRecordProcessors: [
        new LineLogRecordProcessor({ filter }),
        ...(logRecords ? [logRecords] : []),
        ...(watcher ? [watcher.logRecordProcessor] : []),
      ],
      spanProcessors: [...(spans ? [spans] : []), watcher?.spanProcessor ?? unread],
      metricReaders: [...metricReaders(), ...(watcher ? [watcher.metricReader] : [])],
    });
    sdk.start();
    const queues = [spans, logRecords];
    return { shutdown: (withinMillis) => shutdown(sdk, queues, withinMillis) };
  });
}

/** The metrics go last, since they count what was dropped; a part of the time is kept for them. */
async function shutdown(
  sdk: NodeSDK,
  queues: readonly (ReturnType<typeof exportSpans | typeof exportLogRecords> | undefined)[],
  withinMillis: number,
): Promise<void> {
  const deadline = performance.now() + withinMillis;
  await Promise.all(
    queues.map((queue) => queue?.shutdown({ timeoutMillis: withinMillis * FOR_QUEUES })),
  );
  const down = sdk.shutdown().then(
    () => true,
    () => false,
  );
  const late = new AbortController();
  const inTime = await Promise.race([
    down,
    pause(Math.max(0, deadline - performance.now()), false, { signal: late.signal }).catch(
      () => false,
    ),
  ]);
  late.abort();
  if (!inTime) diag.warn('the last metrics were not exported');
}

/** Lets spans be made, so that lines can be joined by their trace ids, where nobody exports them. */
const unread: SpanProcessor = {
  onStart() {},
  onEnd() {},
  forceFlush: async () => {},
  shutdown: async () => {},
};

/** Calls with the defaults in the environment, and takes them out again: children inherit it. */
function withDefaults<T>(work: () => T): T {
  const absent = Object.keys(DEFAULTS).filter((name) => process.env[name] === undefined);
  for (const name of absent) process.env[name] = DEFAULTS[name];
  // NodeSDK would set a diag logger of its own, which writes to stdout.
  const { OTEL_LOG_LEVEL } = process.env;
  delete process.env.OTEL_LOG_LEVEL;
  try {
    return work();
  } finally {
    for (const name of absent) delete process.env[name];
    if (OTEL_LOG_LEVEL !== undefined) process.env.OTEL_LOG_LEVEL = OTEL_LOG_LEVEL;
  }
}

/** Stdout belongs to the transport: whatever is told to the console goes to stderr. */
function keepStdoutClean(): void {
  globalThis.console = new Console(process.stderr);
}

function diagLevel(): DiagLogLevel {
  return diagLogLevelFromString(getStringFromEnv('OTEL_LOG_LEVEL')) ?? DiagLogLevel.WARN;
}

/** What OpenTelemetry has to say of itself, in lines like the others. */
function diagLines() {
  const write =
    (severityNumber: number) =>
    (message: string, ...details: unknown[]) => {
      const body = [message, ...details.map(String)].join(' ');
      const line = formatLine({
        hrTime: [0, 0],
        severityNumber,
        body,
        attributes: {},
        instrumentationScope: { name: 'opentelemetry' },
      });
      process.stderr.write(`${line}\n`);
    };
  return { verbose: write(1), debug: write(5), info: write(9), warn: write(13), error: write(17) };
}
