import type { HrTime, SpanContext } from '@opentelemetry/api';
import { writeAnyValue, writeAttributes, writeCount, writeText, writeTime } from './fields.js';
import type { OtlpItem } from './otlp-item.js';
import type { ProtobufWriter } from './protobuf-writer.js';

/** A log record as both SDK lines emit it. */
export interface OtlpLogRecord extends OtlpItem {
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
  readonly severityNumber?: number | undefined;
  readonly severityText?: string | undefined;
  readonly body?: unknown;
  readonly eventName?: string | undefined;
  readonly attributes: object;
  readonly droppedAttributesCount: number;
  readonly spanContext?: SpanContext | undefined;
}

/** @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.9.0/opentelemetry/proto/logs/v1/logs.proto */
const RECORD = {
  TIME: 0x09,
  SEVERITY_NUMBER: 0x10,
  SEVERITY_TEXT: 0x1a,
  BODY: 0x2a,
  ATTRIBUTES: 0x32,
  DROPPED_ATTRIBUTES: 0x38,
  FLAGS: 0x45,
  TRACE_ID: 0x4a,
  SPAN_ID: 0x52,
  OBSERVED_TIME: 0x59,
  EVENT_NAME: 0x62,
} as const;

/**
 * Writes a log record as the field with that tag.
 * @throws what reading it throws
 */
export function writeLogRecord(writer: ProtobufWriter, tag: number, record: OtlpLogRecord): void {
  const { body, spanContext } = record;
  const started = writer.startLarge(tag);
  writeTime(writer, RECORD.TIME, record.hrTime);
  writeCount(writer, RECORD.SEVERITY_NUMBER, record.severityNumber);
  writeText(writer, RECORD.SEVERITY_TEXT, record.severityText);
  if (body !== undefined) {
    writeAnyValue(writer, RECORD.BODY, body);
  }
  writeAttributes(writer, RECORD.ATTRIBUTES, record.attributes);
  writeCount(writer, RECORD.DROPPED_ATTRIBUTES, record.droppedAttributesCount);
  if (spanContext !== undefined) writeSpanContext(writer, spanContext);
  writeTime(writer, RECORD.OBSERVED_TIME, record.hrTimeObserved);
  writeText(writer, RECORD.EVENT_NAME, record.eventName);
  writer.endLarge(started);
}

function writeSpanContext(
  writer: ProtobufWriter,
  { traceFlags, traceId, spanId }: SpanContext,
): void {
  if (traceFlags) {
    writer.fixed32(RECORD.FLAGS, traceFlags);
  }
  if (traceId) {
    writer.hex(RECORD.TRACE_ID, traceId);
  }
  if (spanId) {
    writer.hex(RECORD.SPAN_ID, spanId);
  }
}
