import type { Attributes } from '@opentelemetry/api';

/** A span as a test wants to see it. */
export interface CapturedSpan {
  readonly name: string;
  /** `SERVER`, `CLIENT`, `INTERNAL`, … */
  readonly kind: string;
  /** `UNSET`, `OK` or `ERROR`. */
  readonly status: string;
  readonly attributes: Attributes;
  readonly traceId: string;
  readonly spanId: string;
  /** Span id of the parent; undefined for the root of a trace. */
  readonly parentSpanId: string | undefined;
  /** Span ids of what it links to. */
  readonly links: readonly string[];
  /** Seconds from start to end. */
  readonly seconds: number;
}

/** A log event as a test wants to see it. */
export interface CapturedEvent {
  readonly name: string;
  /** Name of the logger's scope. */
  readonly target: string;
  readonly severity: string;
  readonly body: unknown;
  readonly attributes: Attributes;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

/** One point of a metric. */
export interface CapturedPoint {
  readonly attributes: Attributes;
  /** The value of a counter or up-down counter; the number of records of a histogram. */
  readonly value: number;
  /** The sum of a histogram, in its unit. */
  readonly sum?: number;
}

/** All three signals. */
export interface CapturedSignals {
  readonly spans: readonly CapturedSpan[];
  readonly events: readonly CapturedEvent[];
  /** Points by metric name. */
  readonly metrics: Readonly<Record<string, readonly CapturedPoint[]>>;
}
