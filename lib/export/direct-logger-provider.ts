import { type Context, context as contextApi } from '@opentelemetry/api';
import { complain } from '../opentelemetry/diagnostics.js';
import { type AttributeLimits, chooseAttributeLimits } from './attribute-limits.js';
import { DirectLogRecord, type DirectRecordInput } from './direct-log-record.js';
import type { OtlpResource, OtlpScope } from './otlp/otlp-item.js';

/** What is asked before a record is made. */
export interface DirectQuestion {
  readonly context: Context;
  readonly instrumentationScope: OtlpScope;
  readonly severityNumber?: number | undefined;
  readonly eventName?: string | undefined;
}

/**
 * What takes the records: every log record processor of SDK 2 and SDK 3 fits, and those of this package do. Each has a
 * type of its own for what it is given, which is a {@link DirectLogRecord} and a {@link DirectQuestion}.
 */
export interface DirectLogRecordProcessor {
  /** Takes a record. */
  onEmit(record: never, context: Context): void;
  /** Whether it would take a record; absent means that it takes everything. */
  enabled?(question: never): boolean;
  /** Sends what it holds. */
  forceFlush(options?: { readonly timeoutMillis?: number }): Promise<void>;
  /** Sends what it holds, and takes nothing from then on. */
  shutdown(options?: { readonly timeoutMillis?: number }): Promise<void>;
}

/** What records say beside what is emitted, and who takes them. */
export interface DirectLoggerProviderOptions extends Partial<AttributeLimits> {
  /** What every record says of where it comes from: that of the SDK, so that all signals say the same. */
  readonly resource: OtlpResource;
  /** In the order in which they take a record; a redacting one comes first. */
  readonly processors: readonly DirectLogRecordProcessor[];
}

/** What is known of a logger beside its name. */
export interface DirectScopeOptions {
  readonly schemaUrl?: string | undefined;
  readonly attributes?: object | undefined;
}

/**
 * A logger provider that hands events to processors without the objects that the SDK makes on the way; what that
 * saves is in `docs/benchmarks.md`. It is for those whose records are known to be well-formed, as those of this
 * package are; values of attributes are not looked at. Other loggers of a program stay with the SDK's own.
 *
 * ```ts
 * const processors = [new OtlpLogRecordProcessor()];
 * const loggerProvider = new DirectLoggerProvider({ resource, processors });
 * const telemetry = new ExecTelemetry({ loggerProvider });
 * ```
 *
 * Whoever made it shuts it down. What a processor throws is told to `diag`, and the next one has its turn; so is a
 * record that can't be read.
 * @see https://opentelemetry.io/docs/specs/otel/logs/sdk/#loggerprovider
 */
export class DirectLoggerProvider {
  readonly #resource: OtlpResource;
  readonly #processors: readonly DirectLogRecordProcessor[];
  readonly #limits: AttributeLimits;
  readonly #loggers = new Map<string, DirectLogger>();
  #isShutDown = false;

  /** @param options limits are, by default, as `OTEL_LOGRECORD_ATTRIBUTE_*` say, or the SDK's: 128 attributes, of any length */
  constructor({ resource, processors, ...limits }: DirectLoggerProviderOptions) {
    this.#resource = resource;
    this.#processors = [...processors];
    this.#limits = chooseAttributeLimits(limits);
  }

  /** The logger of a name, the same one each time. */
  getLogger(name: string, version?: string, options: DirectScopeOptions = {}): DirectLogger {
    const key = JSON.stringify([name, version, options.schemaUrl, options.attributes]);
    let logger = this.#loggers.get(key);
    if (logger === undefined) {
      logger = this.#make({ name, version, ...options });
      this.#loggers.set(key, logger);
    }
    return logger;
  }

  /** Settles when every processor has sent what it holds. */
  async forceFlush(options?: { readonly timeoutMillis?: number }): Promise<void> {
    await Promise.all(this.#processors.map((processor) => processor.forceFlush(options)));
  }

  /** Shuts every processor down; what is emitted from then on goes nowhere. */
  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    await Promise.all(this.#processors.map((processor) => processor.shutdown()));
  }

  #make(scope: OtlpScope): DirectLogger {
    const processors = this.#processors;
    const enabled: DirectLogger['enabled'] = (about = {}) => {
      if (this.#isShutDown) return false;
      const { context = contextApi.active(), severityNumber, eventName } = about;
      const question = { context, instrumentationScope: scope, severityNumber, eventName };
      return processors.some((processor) => processor.enabled?.(question as never) ?? true);
    };
    const emit: DirectLogger['emit'] = (input) => {
      if (this.#isShutDown) return;
      try {
        const context = input.context ?? contextApi.active();
        const record = new DirectLogRecord(this.#resource, scope, context, input, this.#limits);
        for (const processor of processors) offer(processor, record, context);
      } catch (error) {
        complain('making a log record', error);
      }
    };
    return { enabled, emit };
  }
}

/** What emits. */
export interface DirectLogger {
  /** Whether any processor would take a record. */
  enabled(about?: Partial<Omit<DirectQuestion, 'instrumentationScope'>>): boolean;
  /** Makes a record, and hands it to every processor. The attributes are the record's from then on. */
  emit(input: DirectRecordInput): void;
}

function offer(
  processor: DirectLogRecordProcessor,
  record: DirectLogRecord,
  context: Context,
): void {
  try {
    processor.onEmit(record as never, context);
  } catch (error) {
    complain('a log record processor', error);
  }
}
