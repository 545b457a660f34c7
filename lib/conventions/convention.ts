import type { Attributes, AttributeValue, SpanContext, SpanKind } from '@opentelemetry/api';

/** Where in a message a trace context is. */
export type Carrier = 'trace' | 'meta' | 'message';

/** How a lifecycle ended. A failure is an outcome that has an `errorType`. */
export interface Outcome {
  /** The tagged value: `success`, `error`, `terminated`, … */
  readonly result: string;
  /**
   * A class of error with few distinct values; its absence means that nothing failed.
   * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/#error-type
   */
  readonly errorType?: string | undefined;
  /** The code of a response that is an error. */
  readonly code?: number | undefined;
  /** The message of an error response; told only with `captureErrorMessages`. */
  readonly message?: string | undefined;
  /** What was thrown; its message is told only with `captureErrorMessages`. */
  readonly error?: unknown;
  /** Whether `Convention.admit` is asked, whether this proves that the host knows the names. Default true. */
  readonly provesNames?: boolean | undefined;
}

/**
 * What a metric may say of a lifecycle's end. It is bounded: beyond the first few, an error type is
 * `_OTHER` and has no code. A metric's attributes are made of the labels and of this, and of nothing else.
 */
export interface Ending {
  readonly result: string;
  /** The same one on every signal. */
  readonly errorType?: string | undefined;
  readonly code?: number | undefined;
}

/** The bounded label values by the label's name; undefined where the facts have none. */
export type Labels = Readonly<Record<string, string | undefined>>;

/** Everything the two clock readings and the outcome of one lifecycle say; all three signals read this. */
export interface Settlement<O extends Outcome = Outcome> extends Ending {
  readonly outcome: O;
  readonly labels: Labels;
  /** Milliseconds on the monotonic clock at begin. */
  readonly began: number;
  /** Milliseconds on the monotonic clock at settle. */
  readonly ended: number;
  /** Whole milliseconds between the two readings, cut, not rounded; NaN where they are no duration. */
  readonly durationMillis: number;
  /** The span context of the lifecycle's context; undefined where there is none. */
  readonly spanContext: SpanContext | undefined;
}

/** One attribute or event field: its name, where the value comes from, and what the documents say of it. */
export interface Field<Source> {
  readonly name: string;
  readonly type: 'string' | 'int' | 'boolean' | 'string[]';
  readonly brief: string;
  /** When the field is there; absent means always. */
  readonly when?: string;
  /** Reads the value; undefined leaves the field out. */
  readonly of: (source: Source) => AttributeValue | undefined;
}

/** A fact whose distinct values are bounded, so that it may be part of a metric or of a span's name. */
export interface Label<Facts> {
  /** Its name in templates and lists; `method` and `tool` are the ones that `ExecTelemetryOptions` list. */
  readonly name: string;
  /** The metric attribute that it becomes; absent keeps it out of metrics. */
  readonly metric?: string;
  /** The span attribute that it becomes; absent keeps it out of the span's attributes. */
  readonly span?: string;
  /**
   * The span attribute that takes the raw value, cut short, when the label is {@link Label.other}. It may be
   * {@link Label.span} itself, where a convention bounds the name on metrics alone.
   */
  readonly original?: string;
  /** The event's field that takes the raw value, cut short, when the label is {@link Label.other}; the last one. */
  readonly eventOriginal?: string;
  /** The value that stands for everything that is not admitted. */
  readonly other: string;
  /** Values that are admitted from the start, because a specification lists them. */
  readonly known?: readonly string[];
  /** Reads the raw value; undefined where the facts have none. */
  readonly of: (facts: Facts) => string | undefined;
}

/** Name and form of one instrument. */
export interface InstrumentTable {
  readonly name: string;
  readonly description: string;
  /** UCUM unit. */
  readonly unit: string;
  /** Whether the convention's labels are on it. */
  readonly labelled: boolean;
}

/** Name, form and bounds of one histogram, in seconds. */
export interface HistogramTable extends InstrumentTable {
  /** Explicit bucket boundaries, seconds. */
  readonly boundaries: readonly number[];
  /** Attributes beside {@link MetricsTable.attributes}, on this histogram alone; on a queue's, none are read. */
  readonly attributes?: readonly Field<Ending>[];
}

/** Which instruments a convention has; each is optional. */
export interface MetricsTable {
  /** Observable counter of begun lifecycles. */
  readonly begun?: InstrumentTable;
  /** Observable up-down counter of open lifecycles. */
  readonly active?: InstrumentTable;
  /** Observable counter of settled lifecycles. */
  readonly settled?: InstrumentTable;
  /** Observable counter of notifications. */
  readonly notifications?: InstrumentTable;
  readonly duration?: HistogramTable;
  readonly queue?: HistogramTable;
  /** Attributes beside the labels on `settled` and `duration`. */
  readonly attributes: readonly Field<Ending>[];
  /** Attributes that never change, on every instrument. */
  readonly constant?: Attributes;
  /** Attributes that follow from the labels, on every labelled instrument. */
  readonly derived?: readonly Field<Labels>[];
}

/** The span's name, kind and attributes. */
export interface SpanTable<Facts, O extends Outcome> {
  readonly kind: SpanKind;
  /** The names that it can have, as documents show them, such as `{method}`. */
  readonly templates: readonly string[];
  /** The span's name: one of {@link SpanTable.templates}, filled in. */
  readonly name: (labels: Labels) => string;
  /** Attributes that never change, given at creation, so that samplers see them. */
  readonly constant: Attributes;
  /** Attributes that follow from the labels, given at creation too. */
  readonly derived?: readonly Field<Labels>[];
  /** Identifiers, read only for a span that records. */
  readonly begun: readonly Field<Facts>[];
  readonly settled: readonly Field<Settlement<O>>[];
}

/** The log event: its name, logger scope, body and exact fields, in order. */
export interface EventTable<Facts, O extends Outcome> {
  /** The LogRecord's EventName. */
  readonly name: string;
  /** Name of the logger's instrumentation scope; a line's `target`. */
  readonly scope: string;
  readonly body: string;
  /** Identifiers, read at begin and only when the logger says that it is enabled. */
  readonly begun: readonly Field<Facts>[];
  readonly settled: readonly Field<Settlement<O>>[];
}

/** What is known once a process runs. */
export interface Started {
  readonly pid: number | undefined;
  readonly spanContext: SpanContext | undefined;
}

/** What the span takes on when a process has started, and the event that tells of it. */
export interface StartedTable {
  readonly span: readonly Field<Started>[];
  /** Emitted at DEBUG after the fields that {@link EventTable.begun} names. */
  readonly event: {
    readonly name: string;
    readonly body: string;
    readonly fields: readonly Field<Started>[];
  };
}

/** What is known of a process that still runs. */
export interface Running {
  /** Whole milliseconds since its begin, cut, not rounded; NaN where they are no duration. */
  readonly ageMillis: number;
  readonly spanContext: SpanContext | undefined;
}

/** The event that tells at an interval, if that is asked for, that a process still runs. */
export interface RunningTable {
  /** Emitted at INFO after the fields that {@link EventTable.begun} names. */
  readonly event: {
    readonly name: string;
    readonly body: string;
    readonly fields: readonly Field<Running>[];
  };
}

/**
 * The names of one kind of lifecycle on all three signals. The heart knows no names: it reads this table.
 * Bring one of your own by writing an object of this type.
 */
export interface Convention<Facts, O extends Outcome = Outcome> {
  /** What documents call it. */
  readonly title: string;
  readonly labels: readonly Label<Facts>[];
  /**
   * When an unlisted label value becomes one of its own, up to a cap: as soon as it is seen, for values
   * that the host's own code chooses, or once an outcome proves that the host knows it.
   */
  readonly admit: 'begin' | ((outcome: O) => boolean);
  readonly span?: SpanTable<Facts, O>;
  readonly metrics?: MetricsTable;
  readonly event?: EventTable<Facts, O>;
  /**
   * Where a message of it carries the trace context: `meta` is `params._meta`, `trace` a top-level object,
   * `message` top-level members. Absent where the protocol has no place for it.
   */
  readonly carrier?: Carrier;
  /** What is learned between begin and settle, when the thing observed has really started. */
  readonly started?: StartedTable;
  /** What is told while it is open. */
  readonly running?: RunningTable;
  /** Whether a notification is an operation like a request, with a span and a duration. Default false. */
  readonly observesNotifications?: boolean;
  /** The results that its lifecycles have, for documents. */
  readonly results?: readonly O['result'][];
  /** The values of `error.type` that its lifecycles have, for documents. Markdown. */
  readonly errorTypes?: readonly string[];
  /** What documents say beside the tables: where it departs from a specification, and why. Markdown. */
  readonly notes?: readonly string[];
}
