import type { HrTime, SpanContext } from '@opentelemetry/api';
import { writeAttributes, writeCount, writeText, writeTime } from './fields.js';
import type { OtlpItem } from './otlp-item.js';
import type { ProtobufWriter } from './protobuf-writer.js';

/** A span as both SDK lines end it. */
export interface OtlpSpan extends OtlpItem {
  readonly name: string;
  readonly kind: number;
  /** Its ids and trace flags. */
  spanContext(): SpanContext;
  readonly parentSpanContext?: SpanContext | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes: object;
  readonly events: readonly OtlpSpanEvent[];
  readonly links: readonly OtlpSpanLink[];
  readonly status: { readonly code: number; readonly message?: string };
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** An event of a span. */
export interface OtlpSpanEvent {
  readonly time: HrTime;
  readonly name: string;
  readonly attributes?: object;
  readonly droppedAttributesCount?: number;
}

/** A link of a span. */
export interface OtlpSpanLink {
  readonly context: SpanContext;
  readonly attributes?: object;
  readonly droppedAttributesCount?: number;
}

/** @see https://github.com/open-telemetry/opentelemetry-proto/blob/v1.9.0/opentelemetry/proto/trace/v1/trace.proto */
const SPAN = {
  TRACE_ID: 0x0a,
  SPAN_ID: 0x12,
  TRACE_STATE: 0x1a,
  PARENT_SPAN_ID: 0x22,
  NAME: 0x2a,
  KIND: 0x30,
  START_TIME: 0x39,
  END_TIME: 0x41,
  ATTRIBUTES: 0x4a,
  DROPPED_ATTRIBUTES: 0x50,
  EVENTS: 0x5a,
  DROPPED_EVENTS: 0x60,
  LINKS: 0x6a,
  DROPPED_LINKS: 0x70,
  STATUS: 0x7a,
  FLAGS: 0x85,
} as const;
const STATUS = { MESSAGE: 0x12, CODE: 0x18 } as const;
const EVENT = { TIME: 0x09, NAME: 0x12, ATTRIBUTES: 0x1a, DROPPED_ATTRIBUTES: 0x20 } as const;
const LINK = {
  TRACE_ID: 0x0a,
  SPAN_ID: 0x12,
  TRACE_STATE: 0x1a,
  ATTRIBUTES: 0x22,
  DROPPED_ATTRIBUTES: 0x28,
  FLAGS: 0x35,
} as const;
/** Beside the eight bits of W3C: whether it is known if a span context is remote, and whether it is. */
const KNOWS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/**
 * Writes a span as the field with that tag.
 * @throws what reading it throws
 */
export function writeSpan(writer: ProtobufWriter, tag: number, span: OtlpSpan): void {
  const started = writer.startLarge(tag);
  const { traceId, spanId, traceState, traceFlags } = span.spanContext();
  const { parentSpanContext: parent } = span;
  writer.hex(SPAN.TRACE_ID, traceId);
  writer.hex(SPAN.SPAN_ID, spanId);
  writeText(writer, SPAN.TRACE_STATE, traceState?.serialize());
  if (parent?.spanId) {
    writer.hex(SPAN.PARENT_SPAN_ID, parent.spanId);
  }
  writeText(writer, SPAN.NAME, span.name);
  // SpanKind begins with UNSPECIFIED there, and with INTERNAL in the API.
  writeCount(writer, SPAN.KIND, (span.kind ?? -1) + 1);
  writeTime(writer, SPAN.START_TIME, span.startTime);
  writeTime(writer, SPAN.END_TIME, span.endTime);
  writeAttributes(writer, SPAN.ATTRIBUTES, span.attributes);
  writeCount(writer, SPAN.DROPPED_ATTRIBUTES, span.droppedAttributesCount);
  for (const event of span.events) writeEvent(writer, event);
  writeCount(writer, SPAN.DROPPED_EVENTS, span.droppedEventsCount);
  for (const link of span.links) writeLink(writer, link);
  writeCount(writer, SPAN.DROPPED_LINKS, span.droppedLinksCount);
  writeStatus(writer, span.status);
  writer.fixed32(SPAN.FLAGS, flagsOf(traceFlags, parent?.isRemote));
  writer.endLarge(started);
}

function writeStatus(writer: ProtobufWriter, { code, message }: OtlpSpan['status']): void {
  const started = writer.start(SPAN.STATUS);
  writeText(writer, STATUS.MESSAGE, message);
  writeCount(writer, STATUS.CODE, code);
  writer.end(started);
}

function writeEvent(writer: ProtobufWriter, event: OtlpSpanEvent): void {
  const started = writer.start(SPAN.EVENTS);
  writeTime(writer, EVENT.TIME, event.time);
  writeText(writer, EVENT.NAME, event.name);
  writeAttributes(writer, EVENT.ATTRIBUTES, event.attributes);
  writeCount(writer, EVENT.DROPPED_ATTRIBUTES, event.droppedAttributesCount);
  writer.end(started);
}

function writeLink(writer: ProtobufWriter, link: OtlpSpanLink): void {
  const { traceId, spanId, traceState, traceFlags, isRemote } = link.context;
  const started = writer.start(SPAN.LINKS);
  writer.hex(LINK.TRACE_ID, traceId);
  writer.hex(LINK.SPAN_ID, spanId);
  writeText(writer, LINK.TRACE_STATE, traceState?.serialize());
  writeAttributes(writer, LINK.ATTRIBUTES, link.attributes);
  writeCount(writer, LINK.DROPPED_ATTRIBUTES, link.droppedAttributesCount);
  writer.fixed32(LINK.FLAGS, flagsOf(traceFlags, isRemote));
  writer.end(started);
}

function flagsOf(traceFlags: number, isRemote: boolean | undefined): number {
  return (traceFlags & 0xff) | KNOWS_REMOTE | (isRemote ? IS_REMOTE : 0);
}
