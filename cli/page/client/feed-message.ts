/** A span as the page shows it; open while it has no end. */
export interface SpanRecord {
  readonly spanId: string;
  readonly traceId: string;
  readonly parentId?: string | undefined;
  readonly name: string;
  /** `SERVER`, `INTERNAL`, … */
  readonly kind: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  /** Milliseconds since 1970. */
  readonly end?: number | undefined;
  /** `UNSET`, `OK` or `ERROR`. */
  readonly status: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The `result` of the event that belongs to the span. */
  readonly result?: string | undefined;
  /** The `process_id` of the event that belongs to the span. */
  readonly processId?: string | undefined;
}

/** A log record as the page shows it. */
export interface EventRecord {
  /** Counts up from 1. */
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** 1 to 24. */
  readonly severity: number;
  /** Name of the logger's scope. */
  readonly target: string;
  readonly spanId?: string | undefined;
  /** One line of JSON, as `otel-exec/lines` writes it. */
  readonly line: string;
}

/** What the instruments said at one moment; everything but the actives counts from the start. */
export interface MetricPoint {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly requests: number;
  readonly processes: number;
  readonly activeRequests: number;
  readonly activeProcesses: number;
  /** How many durations fell in each bucket; the last bucket has no upper bound. */
  readonly requestBuckets: readonly number[];
  readonly processBuckets: readonly number[];
}

/** Upper bounds of the buckets, seconds. */
export interface BucketBounds {
  readonly request: readonly number[];
  readonly process: readonly number[];
}

/** One line of the feed. */
export type FeedMessage =
  | {
      readonly kind: 'hello';
      /** Another one after every start of the server. */
      readonly serverId: string;
      readonly version: string;
      /** When the server started, milliseconds since 1970. */
      readonly startedAt: number;
      readonly now: number;
    }
  | { readonly kind: 'spans'; readonly now: number; readonly spans: readonly SpanRecord[] }
  | { readonly kind: 'events'; readonly now: number; readonly events: readonly EventRecord[] }
  | {
      readonly kind: 'points';
      readonly now: number;
      readonly bounds: BucketBounds;
      readonly points: readonly MetricPoint[];
    }
  /** Everything that was kept has been sent; what follows is new. */
  | { readonly kind: 'ready'; readonly now: number };

/** What a filter lets through: the lowest severity for each target, null for none. */
export interface FilterAnswer {
  /** The directives as they were understood. */
  readonly directives: string;
  readonly minimum: Readonly<Record<string, number | null>>;
}
