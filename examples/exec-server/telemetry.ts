import { Console } from 'node:console';
import { setTimeout as pause } from 'node:timers/promises';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { diagLogLevelFromString, getStringFromEnv } from '@opentelemetry/core';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { DirectLoggerProvider } from 'otel-exec/export';
import { formatLine, LineLogRecordProcessor, parseLineFilter } from 'otel-exec/lines';
import { checkEndpoints } from './endpoints.js';
import { metricReaders } from './metric-readers.js';
import { exportLogRecords, exportSpans, isExportedOverOtlp } from './otlp.js';
import { detectServer } from './resource.js';

/** Who looks on beside the exporters. */
export interface Watcher {
  readonly spanProcessor: SpanProcessor;
  readonly logRecordProcessor: LogRecordProcessor;
  readonly metricReader: IMetricReader;
}

/** The part of the time for the end that spans and log records may take. */
const FOR_QUEUES = 0.75;

/** What runs until it is shut down. */
export interface RunningTelemetry {
  /** Takes the server's events. */
  readonly loggerProvider: DirectLoggerProvider;
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
  return withoutDiagLogger(() => {
    const resource = detectServer();
    const spans = isExportedOverOtlp('TRACES') ? exportSpans() : undefined;
    const logRecords = isExportedOverOtlp('LOGS') ? exportLogRecords() : undefined;
    const loggerProvider = new DirectLoggerProvider({
      resource,
      processors: [
        new LineLogRecordProcessor({ filter }),
        ...(logRecords ? [logRecords] : []),
        ...(watcher ? [watcher.logRecordProcessor] : []),
      ],
    });
    const sdk = new NodeSDK({
      resource,
      autoDetectResources: false,
      logRecordProcessors: [],
      spanProcessors: [...(spans ? [spans] : []), watcher?.spanProcessor ?? unread],
      metricReaders: [...metricReaders(), ...(watcher ? [watcher.metricReader] : [])],
    });
    sdk.start();
    const queues = [spans, logRecords];
    const rest = [loggerProvider, sdk];
    return { loggerProvider, shutdown: (withinMillis) => shutdown(rest, queues, withinMillis) };
  });
}

/** The metrics go last, since they count what was dropped; a part of the time is kept for them. */
async function shutdown(
  rest: readonly { shutdown(): Promise<void> }[],
  queues: readonly (ReturnType<typeof exportSpans | typeof exportLogRecords> | undefined)[],
  withinMillis: number,
): Promise<void> {
  const deadline = performance.now() + withinMillis;
  await Promise.all(
    queues.map((queue) => queue?.shutdown({ timeoutMillis: withinMillis * FOR_QUEUES })),
  );
  const down = Promise.all(rest.map((each) => each.shutdown())).then(
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

/** NodeSDK would set a diag logger of its own, which writes to stdout. Children inherit the variable as it was. */
function withoutDiagLogger<T>(work: () => T): T {
  const { OTEL_LOG_LEVEL } = process.env;
  delete process.env.OTEL_LOG_LEVEL;
  try {
    return work();
  } finally {
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
