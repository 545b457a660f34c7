/** What the host of the page knows of a span's subject. */
export interface HostedRecord {
  /** The host's id. */
  readonly subject: string;
  readonly name?: string | undefined;
  readonly actionable: boolean;
  readonly hasOutput: boolean;
}

/** Something that happened during a span. */
export interface SpanEventRecord {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Another span that a span says it has to do with. */
export interface LinkRecord {
  readonly traceId: string;
  readonly spanId: string;
}

/** A span as the page shows it; open while it has no end. */
export interface SpanRecord {
  readonly spanId: string;
  readonly traceId: string;
  /** Whose it is: `service.name`. */
  readonly service: string;
  /** `service.instance.id`, where it is known. */
  readonly instance?: string | undefined;
  /** Name of the instrumentation's scope. */
  readonly scope: string;
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
  readonly statusMessage?: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events?: readonly SpanEventRecord[] | undefined;
  readonly links?: readonly LinkRecord[] | undefined;
  /** That events alone tell of it: the span itself has not come. */
  readonly told?: true | undefined;
  /** When a heartbeat of it was last heard, milliseconds since 1970. */
  readonly heard?: number | undefined;
  /** When it has been silent for too long to be thought to run, milliseconds since 1970. */
  readonly silentAfter?: number | undefined;
  /** The `result` of the event that belongs to the span. */
  readonly result?: string | undefined;
  readonly hosted?: HostedRecord | undefined;
}

/** What is known of a sender by its resource. */
export interface SenderRecord {
  /** `service.name`. */
  readonly service: string;
  /** `service.instance.id`, where it is known. */
  readonly instance?: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
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
  /** Whose it is: `service.name`. */
  readonly service: string;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  /** One line of JSON, as `otel-exec/lines` writes it. */
  readonly line: string;
}

/** A metric of which the page keeps what it said; all its attribute sets are taken together. */
export interface InstrumentRecord {
  /** Unique: of several senders, each has a metric of one name. */
  readonly key: string;
  readonly name: string;
  /** Whose it is: `service.name`; undefined: of the program that has the page. */
  readonly service?: string | undefined;
  /** As the metric has it, such as `s`, `By` or `{request}`. */
  readonly unit: string;
  /**
   * `count`: the sum of what only grows. `level`: the sum of what goes up and down, or the largest value of a
   * gauge. `histogram`: how many values fell in each bucket.
   */
  readonly kind: 'count' | 'level' | 'histogram';
  /** Upper bounds of the buckets of a histogram; the last bucket has none. */
  readonly bounds?: readonly number[] | undefined;
}

/** A number of a count or a level; counts of buckets of a histogram. Counts are from the start. */
export type MetricValue = number | readonly number[];

/** What a metric said at one moment. */
export interface MetricPoint {
  /** Key of the metric. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly value: MetricValue;
}

/** A line of a chart. */
export interface ChartLine {
  /** Name of the metric. */
  readonly metric: string;
  /** What the line is called. */
  readonly label: string;
}

/** A chart. */
export interface ChartRecord {
  readonly title: string;
  /** `rate`: counts per second. `level`: values. `quantiles`: three percentiles of the first line's histogram. */
  readonly shows: 'rate' | 'level' | 'quantiles';
  readonly lines: readonly ChartLine[];
}

/** One of several that somebody chooses from. */
export interface ChoiceRecord {
  readonly value: string;
  readonly label: string;
  readonly hint?: string | undefined;
}

/** What the host lets readers do. */
export interface OfferRecord {
  readonly commands?:
    | {
        readonly placeholder: string;
        readonly modes: readonly ChoiceRecord[];
        readonly examples: readonly ChoiceRecord[];
      }
    | undefined;
  readonly actions: readonly ActionRecord[];
}

/** A button of the host. */
export interface ActionRecord {
  readonly name: string;
  readonly label: string;
  readonly ends: boolean;
  readonly choices: readonly ChoiceRecord[];
}

/** One line of the feed. */
export type FeedMessage =
  | {
      readonly kind: 'hello';
      /** Another one after every start of the server. */
      readonly serverId: string;
      readonly title: string;
      readonly version?: string | undefined;
      /** When the server started, milliseconds since 1970. */
      readonly startedAt: number;
      readonly now: number;
      /** Undefined: charts of what comes. */
      readonly charts?: readonly ChartRecord[] | undefined;
      readonly offer: OfferRecord;
      /** Commands that send something, shown while nothing has come. */
      readonly hint?: readonly string[] | undefined;
    }
  | { readonly kind: 'spans'; readonly now: number; readonly spans: readonly SpanRecord[] }
  | { readonly kind: 'events'; readonly now: number; readonly events: readonly EventRecord[] }
  | {
      readonly kind: 'points';
      readonly now: number;
      readonly instruments: readonly InstrumentRecord[];
      readonly points: readonly MetricPoint[];
    }
  | { readonly kind: 'senders'; readonly now: number; readonly senders: readonly SenderRecord[] }
  /** Everything that was kept has been sent; what follows is new. */
  | { readonly kind: 'ready'; readonly now: number }
  /** Nothing is new. */
  | { readonly kind: 'tick'; readonly now: number };

/** What a filter lets through: the lowest severity for each target, null for none. */
export interface FilterAnswer {
  /** The directives as they were understood. */
  readonly directives: string;
  readonly minimum: Readonly<Record<string, number | null>>;
}

/** What came of a command or an action. */
export interface HostAnswer {
  /** What it was about. */
  readonly subject: string;
  /** What the host says went wrong. */
  readonly error?: string | undefined;
}

/** A piece of output. */
export interface OutputMessage {
  readonly stream: string;
  /** Base64. */
  readonly chunk: string;
}
