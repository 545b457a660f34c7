import { diag } from '@opentelemetry/api';
import { unreferenceSockets } from '../export/unreferenced-sockets.js';
import {
  type BatchExporter,
  OtlpLogRecordProcessor,
  OtlpSpanProcessor,
  type QueuedLogRecord,
  QueuedLogRecordProcessor,
  type QueuedSpan,
  QueuedSpanProcessor,
} from '../export.js';
import type { Variables } from './environment.js';

/** Every processor that exports a signal. */
export interface QueuedExporters {
  /** Undefined where the SDK has to set up what the variables say. */
  readonly spanProcessors?: SpanProcessor[];
  /** Likewise. */
  readonly logRecordProcessors?: LogRecordProcessor[];
}

type SpanProcessor = QueuedSpanProcessor<QueuedSpan> | OtlpSpanProcessor;
type LogRecordProcessor = QueuedLogRecordProcessor<QueuedLogRecord> | OtlpLogRecordProcessor;

type Signal = 'TRACES' | 'LOGS';

/** Where an exporter is: one of the packages, under the name. */
type Place = readonly [name: string, ...packages: string[]];

const OTLP = { TRACES: 'exporter-trace-otlp', LOGS: 'exporter-logs-otlp' } as const;
const OTLP_NAME = { TRACES: 'OTLPTraceExporter', LOGS: 'OTLPLogExporter' } as const;
const ENCODINGS: Readonly<Record<string, string>> = { grpc: 'grpc', 'http/json': 'http' };
/** In place of a package: what this one exports itself, over `http/protobuf`. */
const OWN = Symbol('otel-exec');
const OTHERS: Readonly<Record<Signal, Readonly<Record<string, Place>>>> = {
  TRACES: {
    console: ['ConsoleSpanExporter', 'sdk-trace', 'sdk-trace-base'],
    zipkin: ['ZipkinExporter', 'exporter-zipkin'],
  },
  LOGS: { console: ['ConsoleLogRecordExporter', 'sdk-logs'] },
};

/**
 * Sets up what exports spans and log records where the variables name OTLP, alone or among others, with
 * queues in place of the SDK's batch processors. Beside lines, every exporter of log records is set up here: the
 * SDK sets up none where it is given a processor.
 * @param lines whether there are lines as well
 * @param require loads what `@opentelemetry/sdk-node` depends on
 * @throws what loading or making an exporter throws
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#exporter-selection
 */
export function queueExporters(
  variables: Variables,
  lines: boolean,
  require: NodeJS.Require,
): QueuedExporters {
  const spans = chooseExporters('TRACES', variables, false);
  const records = chooseExporters('LOGS', variables, lines);
  return {
    ...(spans && {
      spanProcessors: spans.map((place) =>
        place === OWN
          ? new OtlpSpanProcessor()
          : new QueuedSpanProcessor<QueuedSpan>(make(place, require)),
      ),
    }),
    ...(records && {
      logRecordProcessors: records.map((place) =>
        place === OWN
          ? new OtlpLogRecordProcessor()
          : new QueuedLogRecordProcessor<QueuedLogRecord>(make(place, require)),
      ),
    }),
  };
}

function chooseExporters(
  signal: Signal,
  variables: Variables,
  withoutOtlp: boolean,
): (Place | typeof OWN)[] | undefined {
  const listed = (variables[`OTEL_${signal}_EXPORTER`] ?? '').split(',').map((name) => name.trim());
  const named = [...new Set(listed.filter((name) => name !== ''))];
  const names = named.length === 0 ? ['otlp'] : named;
  if (names.includes('none') || !(withoutOtlp || names.includes('otlp'))) return undefined;
  return names.flatMap((name): (Place | typeof OWN)[] => {
    if (name === 'otlp') return [otlpPlace(signal, variables)];
    const place = OTHERS[signal][name];
    if (place === undefined) diag.warn(`OTEL_${signal}_EXPORTER: there is no ${name}`);
    return place === undefined ? [] : [place];
  });
}

function otlpPlace(signal: Signal, variables: Variables): Place | typeof OWN {
  const protocol =
    variables[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`]?.trim() ||
    variables.OTEL_EXPORTER_OTLP_PROTOCOL?.trim() ||
    'http/protobuf';
  const encoding = ENCODINGS[protocol];
  if (encoding !== undefined) return [OTLP_NAME[signal], `${OTLP[signal]}-${encoding}`];
  if (protocol !== 'http/protobuf') {
    diag.warn(`there is no OTLP protocol ${JSON.stringify(protocol)}: http/protobuf is used`);
  }
  return OWN;
}

function make<Item>([name, ...packages]: Place, require: NodeJS.Require): BatchExporter<Item> {
  const [found = packages[0]] = packages.filter((one) => isThere(one, require));
  const Exporter = require(`@opentelemetry/${found}`)[name] as new () => BatchExporter<Item>;
  const exporter = new Exporter();
  unreferenceSockets(exporter);
  return exporter;
}

function isThere(name: string, require: NodeJS.Require): boolean {
  try {
    require.resolve(`@opentelemetry/${name}`);
    return true;
  } catch {
    return false;
  }
}
