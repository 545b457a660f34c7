import { DirectLoggerProvider } from '../export.js';
import { LineFilterError, LineLogRecordProcessor } from '../lines.js';
import { isSdkRegistered } from '../opentelemetry/globals.js';
import { addSight } from '../opentelemetry/sights.js';
import { tellUnheard } from '../opentelemetry/unheard.js';
import { startByFile } from './config-file.js';
import { type Destinations, FILTER, readDestinations } from './environment.js';
import { attendExit } from './exit.js';
import { flushAll } from './flush.js';
import { inheritContext } from './inherited-context.js';
import { everyInstrumentation } from './instrumentations.js';
import { needNoSdk, startLines } from './lines-alone/start-lines.js';
import { type QueuedExporters, queueExporters } from './queued-exporters.js';
import { findNodeSdk, type NodeSdk } from './sdk/node-sdk.js';
import { type Given, startParts } from './sdk/start-parts.js';
import { readPatience } from './shutdown-timeout.js';
import { sendDiagnosticsToStderr, tell } from './stderr-diagnostics.js';

/** Switches everything on, as the environment says. Never throws: the program runs in any case. */
export function start(): void {
  try {
    const destinations = readDestinations(process.env);
    if (destinations.disabled) return;
    if (isSdkRegistered()) {
      joinSdk();
      return;
    }
    if (startByFile()) {
      tellStarter('started by otel-exec/register, as OTEL_CONFIG_FILE says');
      attendInstrumentations({}, true);
      return;
    }
    const started = startSdk(destinations);
    if (started === undefined) return;
    attendInstrumentations(started, destinations.exports);
  } catch (error) {
    tell('could not start; the program runs without telemetry.', error);
  }
}

/** Uses the SDK that somebody else has started. */
function joinSdk(): void {
  tellUnheard();
  tellStarter('started before otel-exec/register');
  attendInstrumentations({}, false);
}

function tellStarter(state: string): void {
  addSight({ kind: 'seam', name: 'OpenTelemetry SDK', state: () => state, counts: () => ({}) });
}

/** What this package has set up of an SDK beside what is registered. */
interface Started extends QueuedExporters {
  /** What hands this package's own events to the processors. */
  readonly loggerProvider?: DirectLoggerProvider;
}

function attendInstrumentations(started: Started, mustFlush: boolean): void {
  inheritContext();
  const instrumentations = everyInstrumentation(process.env);
  const { loggerProvider } = started;
  if (loggerProvider !== undefined) {
    for (const instrumentation of instrumentations)
      instrumentation.setLoggerProvider(loggerProvider);
  }
  const patienceMillis = readPatience(process.env);
  const settle = () => {
    for (const instrumentation of instrumentations) instrumentation.settleOpen();
  };
  const { spanProcessors = [], logRecordProcessors = [] } = started;
  const abandon = () => {
    for (const processor of [...spanProcessors, ...logRecordProcessors]) processor.abandon();
  };
  attendExit({ settle, flush: () => flushAll(started, patienceMillis), abandon, mustFlush });
}

/** @returns undefined where there is to be an SDK, and is none */
function startSdk(destinations: Destinations): Started | undefined {
  const level = process.env.OTEL_LOG_LEVEL;
  if (!destinations.exports && needNoSdk(process.env)) {
    sendDiagnosticsToStderr(level);
    startLines(lineProcessor());
    tellStarter('not needed for lines alone');
    return {};
  }
  const found = findNodeSdk();
  if (found === undefined) {
    tell(
      'there is no OpenTelemetry SDK, so nothing is recorded. To install one: ' +
        'npm install @opentelemetry/sdk-node',
    );
    return undefined;
  }
  sendDiagnosticsToStderr(level);
  delete process.env.OTEL_LOG_LEVEL;
  try {
    const started = startFound(found, destinations);
    tellStarter('started by otel-exec/register');
    return started;
  } finally {
    if (level !== undefined) process.env.OTEL_LOG_LEVEL = level;
  }
}

function startFound(found: NodeSdk, destinations: Destinations): Started {
  const queued = destinations.exports
    ? queueExporters(process.env, destinations.lines, found.require)
    : {};
  const given = giveParts(destinations, queued);
  const resource = startParts(found, process.env, given);
  const { logRecordProcessors: processors } = given;
  if (resource === undefined) new (found.load().NodeSDK)(given).start();
  if (resource === undefined || processors === undefined) return queued;
  return { ...queued, loggerProvider: new DirectLoggerProvider({ resource, processors }) };
}

function giveParts({ exports, lines }: Destinations, queued: QueuedExporters): Given {
  return {
    ...queued,
    ...(lines && { logRecordProcessors: [lineProcessor(), ...(queued.logRecordProcessors ?? [])] }),
    ...(!exports && {
      spanProcessors: [identify],
      metricReaders: [],
      autoDetectResources: false,
    }),
  };
}

/** A tracer provider exists only with a processor; without one, lines and children would have no trace. */
const identify = {
  onStart() {},
  onEnd() {},
  async forceFlush() {},
  async shutdown() {},
};

function lineProcessor(): LineLogRecordProcessor {
  try {
    return new LineLogRecordProcessor({ filter: process.env[FILTER] });
  } catch (error) {
    if (!(error instanceof LineFilterError)) throw error;
    tell(`${FILTER} is not used: ${error.message}`);
    return new LineLogRecordProcessor();
  }
}
