import {
  type Context,
  type HrTime,
  INVALID_SPANID,
  INVALID_TRACEID,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import type { AttributeLimits } from './attribute-limits.js';
import type { OtlpLogRecord } from './otlp/encoded-log-record.js';
import type { OtlpResource, OtlpScope } from './otlp/otlp-item.js';

/** A point in time, as the API takes it: seconds and nanoseconds, milliseconds, or a date. */
export type DirectTime = HrTime | number | Date;

/** What a logger is given to emit; the API's `LogRecord` fits. */
export interface DirectRecordInput {
  readonly eventName?: string | undefined;
  readonly timestamp?: DirectTime | undefined;
  readonly observedTimestamp?: DirectTime | undefined;
  readonly severityNumber?: number | undefined;
  readonly severityText?: string | undefined;
  readonly body?: unknown;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  readonly exception?: unknown;
  readonly context?: Context | undefined;
}

/**
 * A log record with the members of the SDK's own, of both lines, which processors read and change. Its attributes are
 * the object that was given, and a copy from the first change on.
 */
export class DirectLogRecord implements OtlpLogRecord {
  readonly resource: OtlpResource;
  readonly instrumentationScope: OtlpScope;
  readonly spanContext: SpanContext | undefined;
  hrTime: HrTime;
  hrTimeObserved: HrTime;
  eventName: string | undefined;
  severityNumber: number | undefined;
  severityText: string | undefined;
  body: unknown;
  attributes: Readonly<Record<string, unknown>>;
  droppedAttributesCount = 0;

  /** @internal */
  constructor(
    resource: OtlpResource,
    scope: OtlpScope,
    context: Context,
    input: DirectRecordInput,
    limits: AttributeLimits,
  ) {
    this.resource = resource;
    this.instrumentationScope = scope;
    this.spanContext = identified(trace.getSpanContext(context));
    this.hrTime = hrTimeOf(input.timestamp);
    this.hrTimeObserved = hrTimeOf(input.observedTimestamp);
    this.eventName = input.eventName;
    this.severityNumber = input.severityNumber;
    this.severityText = input.severityText;
    this.body = input.body;
    this.attributes = input.attributes ?? {};
    if (input.exception !== undefined && input.exception !== null) {
      this.attributes = { ...exceptionAttributes(input.exception), ...this.attributes };
    }
    this.#limit(limits);
  }

  /** Sets one attribute. */
  setAttribute(key: string, value?: unknown): this {
    return this.setAttributes({ [key]: value });
  }

  /** Sets attributes, beside those that are there. */
  setAttributes(attributes: Readonly<Record<string, unknown>>): this {
    this.attributes = { ...this.attributes, ...attributes };
    return this;
  }

  /** Replaces the body. */
  setBody(body: unknown): this {
    this.body = body;
    return this;
  }

  /** Replaces the name of the event. */
  setEventName(eventName: string): this {
    this.eventName = eventName;
    return this;
  }

  /** Replaces the severity, 1 (TRACE) to 24 (FATAL4). */
  setSeverityNumber(severityNumber: number): this {
    this.severityNumber = severityNumber;
    return this;
  }

  /** Replaces the name of the severity. */
  setSeverityText(severityText: string): this {
    this.severityText = severityText;
    return this;
  }

  #limit({ attributeCountLimit, attributeValueLengthLimit }: AttributeLimits): void {
    let count = 0;
    for (const _ in this.attributes) count++;
    if (count <= attributeCountLimit && attributeValueLengthLimit === Number.POSITIVE_INFINITY)
      return;
    const kept = Object.entries(this.attributes).slice(0, attributeCountLimit);
    const cut = (value: unknown): unknown => {
      if (typeof value === 'string') return value.slice(0, attributeValueLengthLimit);
      return Array.isArray(value) ? value.map(cut) : value;
    };
    this.attributes = Object.fromEntries(kept.map(([key, value]) => [key, cut(value)]));
    this.droppedAttributesCount = Math.max(count - kept.length, 0);
  }
}

/** To look at each digit, as the API does, takes longer than the rest of a record. */
function identified(spanContext: SpanContext | undefined): SpanContext | undefined {
  const { traceId = INVALID_TRACEID, spanId = INVALID_SPANID } = spanContext ?? {};
  return traceId === INVALID_TRACEID || spanId === INVALID_SPANID ? undefined : spanContext;
}

const MILLIS = 1_000;
const NANOS = 1e6;

/** Now, where it isn't given. */
function hrTimeOf(time: DirectTime | undefined): HrTime {
  if (Array.isArray(time)) return time;
  const millis = time instanceof Date ? time.getTime() : sinceEpoch(time ?? Date.now());
  const seconds = Math.trunc(millis / MILLIS);
  return [seconds, Math.round((millis % MILLIS) * NANOS)];
}

/** The API takes readings of `performance.now()` too. What is nearer to 0 than to the process's begin is one. */
function sinceEpoch(millis: number): number {
  return millis < performance.timeOrigin / 2 ? performance.timeOrigin + millis : millis;
}

/** @see https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/ */
function exceptionAttributes(exception: unknown): Record<string, unknown> {
  if (typeof exception !== 'object' || exception === null) {
    return { 'exception.message': String(exception) };
  }
  const { code, name, message, stack } = exception as Record<string, unknown>;
  const attributes = {
    'exception.type': code === undefined ? name : String(code),
    'exception.message': message,
    'exception.stacktrace': stack,
  };
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
