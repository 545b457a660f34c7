/** Names and values as OTLP has them: strings, numbers, booleans, bigints, bytes, lists and maps of these. */
export type ReceivedAttributes = Readonly<Record<string, unknown>>;

/** Who sent a signal, by its resource. */
export interface Sender {
  /** `service.name`. */
  readonly service: string;
  /** `service.instance.id`: another one after each start. */
  readonly instance?: string | undefined;
  /** All of the resource. */
  readonly attributes: ReceivedAttributes;
}

/** A span that has ended. Times are nanoseconds since 1970. */
export interface ReceivedSpan {
  readonly sender: Sender;
  /** Name of the instrumentation's scope. */
  readonly scope: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly name: string;
  /** OTLP's: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly startNanos: bigint;
  readonly endNanos: bigint;
  readonly attributes: ReceivedAttributes;
  readonly events: readonly {
    readonly timeNanos: bigint;
    readonly name: string;
    readonly attributes: ReceivedAttributes;
  }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: ReceivedAttributes;
  }[];
  /** OTLP's code: 0 unset, 1 ok, 2 error. */
  readonly status: { readonly code: number; readonly message?: string | undefined };
}

/** A log record. Times are nanoseconds since 1970, 0 where there is none. */
export interface ReceivedLogRecord {
  readonly sender: Sender;
  readonly scope: string;
  readonly timeNanos: bigint;
  readonly observedNanos: bigint;
  /** 1 to 24; 0: unspecified. */
  readonly severityNumber: number;
  readonly severityText?: string | undefined;
  readonly eventName?: string | undefined;
  readonly body: unknown;
  readonly attributes: ReceivedAttributes;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
}

/** What a metric says of one set of attributes. */
export interface ReceivedPoint {
  readonly attributes: ReceivedAttributes;
  readonly startNanos: bigint;
  readonly timeNanos: bigint;
  /** Of a sum or a gauge. */
  readonly value?: number | undefined;
  readonly histogram?:
    | {
        readonly count: number;
        readonly sum?: number | undefined;
        readonly min?: number | undefined;
        readonly max?: number | undefined;
        /** Upper bounds of all buckets but the last. */
        readonly bounds: readonly number[];
        readonly counts: readonly number[];
      }
    | undefined;
  readonly exponential?: ExponentialBuckets | undefined;
}

/** @see https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram */
export interface ExponentialBuckets {
  readonly count: number;
  readonly sum?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: { readonly offset: number; readonly counts: readonly number[] };
  readonly negative: { readonly offset: number; readonly counts: readonly number[] };
}

/** A metric, with all sets of attributes that came together. */
export interface ReceivedMetric {
  readonly sender: Sender;
  readonly scope: string;
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly kind: 'sum' | 'gauge' | 'histogram' | 'exponential histogram' | 'summary';
  /** Of a sum: whether it only grows. */
  readonly monotonic?: boolean | undefined;
  /** Of a sum and of histograms. Default `cumulative`. */
  readonly temporality?: 'delta' | 'cumulative' | undefined;
  readonly points: readonly ReceivedPoint[];
}

/**
 * Takes signals of other programs, whoever read them off whatever wire. Nothing here throws because of what
 * a name or a value is; ids are lower-case hexadecimal.
 */
export interface Intake {
  span(span: ReceivedSpan): void;
  logRecord(record: ReceivedLogRecord): void;
  metric(metric: ReceivedMetric): void;
}
