import type { Message } from './fields.js';
import { readLogRecords } from './log-records.js';
import { readMetrics } from './metrics.js';
import type { Reading } from './reading.js';
import { readSpans } from './spans.js';

/** One of the three signals, as OTLP/HTTP has it. */
export interface Signal {
  /** Where it is posted. */
  readonly path: string;
  readonly request: string;
  readonly response: string;
  /** The field of the request that has everything. */
  readonly field: string;
  /** The field of a partial success that counts what was refused. */
  readonly refused: string;
  /** @throws Malformed */
  readonly read: (request: Message) => Reading;
}

/** @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
export const SIGNALS: readonly Signal[] = [
  {
    path: '/v1/traces',
    request: 'ExportTraceServiceRequest',
    response: 'ExportTraceServiceResponse',
    field: 'resourceSpans',
    refused: 'rejectedSpans',
    read: readSpans,
  },
  {
    path: '/v1/metrics',
    request: 'ExportMetricsServiceRequest',
    response: 'ExportMetricsServiceResponse',
    field: 'resourceMetrics',
    refused: 'rejectedDataPoints',
    read: readMetrics,
  },
  {
    path: '/v1/logs',
    request: 'ExportLogsServiceRequest',
    response: 'ExportLogsServiceResponse',
    field: 'resourceLogs',
    refused: 'rejectedLogRecords',
    read: readLogRecords,
  },
];
