import type { NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import { LineFilterError, LineLogRecordProcessor } from '../lines.js';
import { isSdkRegistered, unseenApiVersion } from '../opentelemetry/globals.js';
import { startByFile } from './config-file.js';
import { type Destinations, FILTER, readDestinations } from './environment.js';
import { attendExit } from './exit.js';
import { flushProviders } from './flush.js';
import { inheritContext } from './inherited-context.js';
import { everyInstrumentation } from './instrumentations.js';
import { findNodeSdk } from './node-sdk.js';
import { sendDiagnosticsToStderr, tell } from './stderr-diagnostics.js';

/** Switches everything on, as the environment says. Never throws: the program runs in any case. */
export function start(): void {
  try {
    const destinations = readDestinations(process.env);
    if (destinations.disabled) return;
    if (isSdkRegistered()) joinSdk();
    else if (startByFile()) attendInstrumentations(true);
    else if (startSdk(destinations)) attendInstrumentations(destinations.exports);
  } catch (error) {
    tell('could not start; the program runs without telemetry.', error);
  }
}

/** Uses the SDK that somebody else has started. */
function joinSdk(): void {
  const unseen = unseenApiVersion();
  if (unseen !== undefined) {
    tell(
      `an OpenTelemetry SDK was started through @opentelemetry/api ${unseen}, which a newer one can't see, ` +
        'so nothing is recorded. To have one for both: npm install @opentelemetry/api@latest',
    );
  }
  attendInstrumentations(false);
}

function attendInstrumentations(mustFlush: boolean): void {
  inheritContext();
  const instrumentations = everyInstrumentation();
  const settle = () => {
    for (const instrumentation of instrumentations) instrumentation.settleOpen();
  };
  attendExit({ settle, flush: flushProviders, mustFlush });
}

function startSdk(destinations: Destinations): boolean {
  const sdk = findNodeSdk();
  if (sdk === undefined) {
    tell(
      'there is no OpenTelemetry SDK, so nothing is recorded. To install one: ' +
        'npm install @opentelemetry/sdk-node',
    );
    return false;
  }
  const level = process.env.OTEL_LOG_LEVEL;
  sendDiagnosticsToStderr(level);
  delete process.env.OTEL_LOG_LEVEL;
  try {
    new sdk.NodeSDK(configuration(destinations)).start();
  } finally {
    if (level !== undefined) process.env.OTEL_LOG_LEVEL = level;
  }
  return true;
}

function configuration({ exports, lines }: Destinations): Partial<NodeSDKConfiguration> {
  return {
    ...(lines && { logRecordProcessors: [lineProcessor()] }),
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
