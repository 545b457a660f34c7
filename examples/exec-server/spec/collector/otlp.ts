import { randomBytes } from 'node:crypto';

/** One attribute of a payload. */
export interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

/** A span as OTLP/JSON has it. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly Attribute[];
  readonly status?: { readonly code?: number };
}

/** A log record as OTLP/JSON has it. */
export interface LogRecord {
  readonly timeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText?: string;
  readonly eventName?: string;
  readonly body?: { readonly stringValue: string };
  readonly attributes?: readonly Attribute[];
  readonly traceId?: string;
  readonly spanId?: string;
}

/** STATUS_CODE_ERROR. */
export const failed = { code: 2 } as const;

const resource = {
  attributes: [attribute('service.name', 'spec'), attribute('service.instance.id', 'spec-1')],
};
const scope = { name: 'otel-exec', version: '0.0.0' };

/** A string attribute. */
export function attribute(key: string, value: string): Attribute {
  return { key, value: { stringValue: value } };
}

/** A random id of `bytes` bytes, in hexadecimal. */
export function createId(bytes: 8 | 16): string {
  return randomBytes(bytes).toString('hex');
}

/** Now, `milliseconds` later, in nanoseconds since the epoch. */
export function tellTime(milliseconds = 0): string {
  return `${Date.now() + milliseconds}000000`;
}

/** A span that began now and took `milliseconds`. */
export function createSpan(span: Partial<Span> & { traceId: string }, milliseconds = 1): Span {
  return {
    spanId: createId(8),
    name: 'process/start',
    kind: 2,
    startTimeUnixNano: tellTime(),
    endTimeUnixNano: tellTime(milliseconds),
    ...span,
  };
}

/** Sends spans in one OTLP/HTTP request. Rejects unless all are accepted. */
export function postSpans(port: number, spans: readonly Span[]): Promise<void> {
  return post(port, 'traces', { resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] });
}

/** Sends log records in one OTLP/HTTP request. Rejects unless all are accepted. */
export function postLogRecords(port: number, logRecords: readonly LogRecord[]): Promise<void> {
  return post(port, 'logs', { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords }] }] });
}

/** Sends metrics in one OTLP/HTTP request. Rejects unless all are accepted. */
export function postMetrics(port: number, metrics: readonly object[]): Promise<void> {
  const scopeMetrics = [{ scope, metrics }];
  return post(port, 'metrics', { resourceMetrics: [{ resource, scopeMetrics }] });
}

async function post(port: number, signal: string, payload: object): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  });
  const answer = await response.text();
  const complete = response.ok && !/"rejected\w+"/.test(answer);
  if (!complete) throw new Error(`/v1/${signal} answered ${response.status}: ${answer}`);
}
