import type { Attributes, Context, HrTime } from '@opentelemetry/api';
import { complain } from '../opentelemetry/diagnostics.js';
import { registeredLoggerProvider } from '../opentelemetry/globals.js';
import type { BridgeLogger, BridgeLoggerProvider, BridgeRecord } from '../opentelemetry/logger.js';
import { SCHEMA_URL, VERSION } from '../opentelemetry/version.js';

/** Name and place of an event. */
export interface EventName {
  readonly name: string;
  readonly scope: string;
  readonly body: string;
}

/** @see https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const SEVERITY = { DEBUG: 5, INFO: 9 } as const;

/** The severities that this package emits at. */
export type Severity = keyof typeof SEVERITY;

/** Emits lifecycle boundaries as LogRecords, to whichever logger provider is there at the moment. */
export class LogBridge {
  readonly #given: BridgeLoggerProvider | undefined;
  readonly #loggers = new Map<string, BridgeLogger>();
  #provider: BridgeLoggerProvider | undefined;

  /** @param given the provider to use instead of the global one */
  constructor(given?: BridgeLoggerProvider) {
    this.#given = given;
  }

  /** Whether there is a logger provider at all. */
  get present(): boolean {
    return (this.#given ?? registeredLoggerProvider()) !== undefined;
  }

  /** Whether anybody will read an event. Asked anew each time, since filters and providers change. */
  wants(event: EventName, severity: Severity, context: Context): boolean {
    try {
      const logger = this.#logger(event.scope);
      if (logger === undefined) return false;
      return (
        logger.enabled?.({
          context,
          severityNumber: SEVERITY[severity],
          eventName: event.name,
        }) ?? true
      );
    } catch (error) {
      complain('logger.enabled', error);
      return false;
    }
  }

  /** Emits one event with the context's trace and the boundary's own time, or the SDK's where that can't be told. */
  emit(
    event: EventName,
    severity: Severity,
    attributes: Attributes,
    context: Context,
    timestamp: HrTime | undefined,
  ): void {
    try {
      const record: BridgeRecord = {
        eventName: event.name,
        severityNumber: SEVERITY[severity],
        severityText: severity,
        body: event.body,
        attributes,
        context,
      };
      if (timestamp !== undefined) {
        record.timestamp = timestamp;
        record.observedTimestamp = timestamp;
      }
      this.#logger(event.scope)?.emit(record);
    } catch (error) {
      complain('logger.emit', error);
    }
  }

  #logger(scope: string): BridgeLogger | undefined {
    const provider = this.#given ?? registeredLoggerProvider();
    if (provider === undefined) return undefined;
    if (provider !== this.#provider) {
      this.#provider = provider;
      this.#loggers.clear();
    }
    let logger = this.#loggers.get(scope);
    if (logger === undefined) {
      logger = provider.getLogger(scope, VERSION, { schemaUrl: SCHEMA_URL }) as BridgeLogger;
      this.#loggers.set(scope, logger);
    }
    return logger;
  }
}
