import type { MeterProvider } from '@opentelemetry/api';

/**
 * How much may wait, and when it goes. What is left out is read from the environment, `OTEL_BSP_*` for spans
 * and `OTEL_BLRP_*` for log records, and then from {@link QUEUE_DEFAULTS} or {@link OTLP_QUEUE_DEFAULTS}.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#batch-span-processor
 */
export interface QueueOptions {
  /** How many may wait, those on their way included; what comes beyond is dropped and told. */
  readonly maxQueueSize?: number | undefined;
  /** How many bytes may wait as OTLP encodes them, estimated where an exporter does that. No variable sets it. */
  readonly maxQueueBytes?: number | undefined;
  /** How many go at once. */
  readonly maxExportBatchSize?: number | undefined;
  /** How many bytes go at once, unless a single item has more. No variable sets it. */
  readonly maxExportBatchBytes?: number | undefined;
  /** Milliseconds that an incomplete batch waits for more. */
  readonly scheduledDelayMillis?: number | undefined;
  /** Milliseconds that one attempt may take, and that a flush or a shutdown waits if it isn't told. */
  readonly exportTimeoutMillis?: number | undefined;
  /** Where losses are counted. Default: the one that is registered when the first item comes. */
  readonly meterProvider?: MeterProvider | undefined;
}

/** {@link QueueOptions} with everything chosen. */
export type QueueLimits = {
  readonly [Name in Exclude<keyof QueueOptions, 'meterProvider'>]-?: number;
};

/** How long a flush or a shutdown is waited for. */
export interface PatienceOptions {
  /** Default: the queue's `exportTimeoutMillis`. */
  readonly timeoutMillis?: number | undefined;
}

/** What holds where neither an option nor a variable says anything else. */
export const QUEUE_DEFAULTS: QueueLimits = Object.freeze({
  // The SDK's default, 2,048, is full within a fraction of a second at full speed. A burst of 50,000
  // lifecycles fits, while nothing is being sent at all.
  maxQueueSize: 65_536,
  maxQueueBytes: 64 * 1024 * 1024,
  // An exporter that turns a batch into bytes holds the program up: 512 take a few milliseconds.
  maxExportBatchSize: 512,
  // A collector takes 4 MiB over gRPC by default, and refuses a larger batch for good.
  maxExportBatchBytes: 2 * 1024 * 1024,
  // The SDK's 5 seconds for spans are long to wait for someone who watches, and lost in a crash.
  scheduledDelayMillis: 500,
  exportTimeoutMillis: 30_000,
});

/** What holds instead where items are bytes already when they are sent. */
export const OTLP_QUEUE_DEFAULTS: QueueLimits = Object.freeze({
  ...QUEUE_DEFAULTS,
  // A request costs as much as turning 500 items into bytes, however many it has.
  maxExportBatchSize: 2_048,
});

/** The limits by the options, the variables that begin with `OTEL_{prefix}_`, and the defaults. */
export function chooseLimits(
  prefix: 'BSP' | 'BLRP',
  options: QueueOptions,
  defaults = QUEUE_DEFAULTS,
): QueueLimits {
  const choose = (name: keyof QueueLimits, variable?: string) =>
    positive(options[name]) ??
    positive(variable && process.env[`OTEL_${prefix}_${variable}`]) ??
    defaults[name];
  const maxQueueSize = choose('maxQueueSize', 'MAX_QUEUE_SIZE');
  return {
    maxQueueSize,
    maxQueueBytes: choose('maxQueueBytes'),
    maxExportBatchSize: Math.min(
      choose('maxExportBatchSize', 'MAX_EXPORT_BATCH_SIZE'),
      maxQueueSize,
    ),
    maxExportBatchBytes: choose('maxExportBatchBytes'),
    scheduledDelayMillis: choose('scheduledDelayMillis', 'SCHEDULE_DELAY'),
    exportTimeoutMillis: choose('exportTimeoutMillis', 'EXPORT_TIMEOUT'),
  };
}

/** A finite number above zero, or undefined. */
export function positive(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isFinite(number) && number > 0 ? number : undefined;
}
