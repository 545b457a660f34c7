import {
  type BatchExporter,
  type QueuedLogRecord,
  QueuedLogRecordProcessor,
  type QueuedSpan,
  QueuedSpanProcessor,
} from 'otel-exec/export';
import type { Variables } from './destinations.js';

/** What exports spans and log records. */
export interface QueuedExporters {
  readonly spans: readonly QueuedSpanProcessor<QueuedSpan>[];
  readonly records: readonly QueuedLogRecordProcessor<QueuedLogRecord>[];
}

type Signal = 'TRACES' | 'LOGS';

const PLACE = {
  TRACES: { name: 'OTLPTraceExporter', package: '@opentelemetry/exporter-trace-otlp' },
  LOGS: { name: 'OTLPLogExporter', package: '@opentelemetry/exporter-logs-otlp' },
} as const;
const ENCODINGS: Readonly<Record<string, string>> = {
  grpc: 'grpc',
  'http/json': 'http',
  'http/protobuf': 'proto',
};

/**
 * Makes what exports spans and log records over OTLP, unless the variables name something else. The exporters of
 * the SDK that write to stdout, which is the command's, are told and left out.
 * @param require loads what `@opentelemetry/sdk-node` depends on
 * @param warn is told what is left out
 */
export function queueExporters(
  variables: Variables,
  require: NodeJS.Require,
  warn: (message: string) => void,
): QueuedExporters {
  const make = <Item>(signal: Signal): BatchExporter<Item>[] => {
    if (!wantsOtlp(signal, variables, warn)) return [];
    const { name, package: folder } = PLACE[signal];
    const encoding = ENCODINGS[protocolOf(signal, variables)] ?? 'proto';
    const Exporter = require(`${folder}-${encoding}`)[name] as new () => BatchExporter<Item>;
    return [new Exporter()];
  };
  return {
    spans: make<QueuedSpan>('TRACES').map((exporter) => new QueuedSpanProcessor(exporter)),
    records: make<QueuedLogRecord>('LOGS').map(
      (exporter) => new QueuedLogRecordProcessor(exporter),
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

function protocolOf(signal: Signal, variables: Variables): string {
  return (
    variables[`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`]?.trim() ||
    variables.OTEL_EXPORTER_OTLP_PROTOCOL?.trim() ||
    'http/protobuf'
  );
}
