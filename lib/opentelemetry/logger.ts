import type { Attributes, Context, HrTime } from '@opentelemetry/api';

/** What this package needs of a logger; those of SDK 2 and SDK 3 have it. */
export interface BridgeLogger {
  /** @see https://opentelemetry.io/docs/specs/otel/logs/api/#emit-a-logrecord */
  emit(record: BridgeRecord): void;
  /** Absent in @opentelemetry/api-logs before 0.215, which means enabled. */
  enabled?(options: { context: Context; severityNumber: number; eventName: string }): boolean;
}

/** A LogRecord with what this package sets. */
export interface BridgeRecord {
  eventName: string;
  severityNumber: number;
  severityText: string;
  body: string;
  attributes: Attributes;
  context: Context;
  /** Absent where the clock can't be read. */
  timestamp?: HrTime;
  observedTimestamp?: HrTime;
}

/** What this package needs of a logger provider; those of SDK 2 and SDK 3 have it. */
export interface BridgeLoggerProvider {
  /** @see https://opentelemetry.io/docs/specs/otel/logs/api/#get-a-logger */
  getLogger(name: string, version?: string, options?: { schemaUrl?: string }): unknown;
}
