import type { MetricReader, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import {
  type BatchExporter,
  OtlpLogRecordProcessor,
  OtlpSpanProcessor,
  type QueuedLogRecord,
  QueuedLogRecordProcessor,
  type QueuedSpan,
  QueuedSpanProcessor,
} from 'otel-exec/export';
import type { Variables } from './destinations.js';
import { readMetrics } from './metric-reader.js';

/** What exports each signal. */
export interface Exporters {
  readonly spans: readonly (OtlpSpanProcessor | QueuedSpanProcessor<QueuedSpan>)[];
  readonly records: readonly (OtlpLogRecordProcessor | QueuedLogRecordProcessor<QueuedLogRecord>)[];
  readonly metricReaders: readonly MetricReader[];
}

type Signal = keyof typeof PLACES;
type Encoding = (typeof ENCODINGS)[keyof typeof ENCODINGS];

const PLACES = {
  TRACES: { name: 'OTLPTraceExporter', package: '@opentelemetry/exporter-trace-otlp' },
  LOGS: { name: 'OTLPLogExporter', package: '@opentelemetry/exporter-logs-otlp' },
  METRICS: { name: 'OTLPMetricExporter', package: '@opentelemetry/exporter-metrics-otlp' },
} as const;
const ENCODINGS = { grpc: 'grpc', 'http/json': 'http', 'http/protobuf': 'proto' } as const;
const DEFAULT_PROTOCOL = 'http/protobuf';

/**
 * Makes what exports over OTLP, unless the variables name something else: what writes to stdout, which is the
 * command's, or listens on a port, which may be the command's, is told and left out.
 * @param require loads what `@opentelemetry/sdk-node` depends on
 * @param warn is told what is left out
 */
export function makeExporters(
  variables: Variables,
  require: NodeJS.Require,
  warn: (message: string) => void,
): Exporters {
  const encodingsOf = (signal: Signal): Encoding[] =>
    wantsOtlp(signal, variables, warn) ? [encodingOf(signal, variables, warn)] : [];
  const load = <Exporter>(signal: Signal, encoding: Encoding): Exporter => {
    const { name, package: folder } = PLACES[signal];
    const Exporter = require(`${folder}-${encoding}`)[name] as new () => Exporter;
    return new Exporter();
  };
  return {
    spans: encodingsOf('TRACES').map((encoding) =>
      encoding === 'proto'
        ? new OtlpSpanProcessor()
        : new QueuedSpanProcessor(load<BatchExporter<QueuedSpan>>('TRACES', encoding)),
    ),
    records: encodingsOf('LOGS').map((encoding) =>
      encoding === 'proto'
        ? new OtlpLogRecordProcessor()
        : new QueuedLogRecordProcessor(load<BatchExporter<QueuedLogRecord>>('LOGS', encoding)),
    ),
    metricReaders: encodingsOf('METRICS').map((encoding) =>
      readMetrics(load<PushMetricExporter>('METRICS', encoding)),
    ),
  };
}

function wantsOtlp(signal: Signal, variables: Variables, warn: (message: string) => void): boolean {
  const variable = `OTEL_${signal}_EXPORTER`;
  const names = (variables[variable] ?? '').split(',').flatMap((name) => name.trim() || []);
  if (names.includes('none')) return false;
  for (const name of names) if (name !== 'otlp') warn(`${variable}: ${name} is not used here`);
  return names.length === 0 || names.includes('otlp');
}

function encodingOf(
  signal: Signal,
  variables: Variables,
  warn: (message: string) => void,
): Encoding {
  const protocol =
    variables[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`]?.trim() ||
    variables.OTEL_EXPORTER_OTLP_PROTOCOL?.trim() ||
    DEFAULT_PROTOCOL;
  if (isKnown(protocol)) return ENCODINGS[protocol];
  warn(
    `there is no OTLP protocol ${protocol} for ${signal.toLowerCase()}; ${DEFAULT_PROTOCOL} is used`,
  );
  return ENCODINGS[DEFAULT_PROTOCOL];
}

function isKnown(protocol: string): protocol is keyof typeof ENCODINGS {
  return Object.hasOwn(ENCODINGS, protocol);
}
