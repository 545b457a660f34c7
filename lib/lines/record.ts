/** Seconds since 1970 and nanoseconds within the second, as OpenTelemetry's `HrTime`. */
export type RecordTime = readonly [seconds: number, nanoseconds: number];

/**
 * What a line is made of: the part of an SDK's log record that is read. The records of SDK 2 and SDK 3 fit,
 * `@opentelemetry/sdk-logs` 3.x and 0.2xx.
 *
 * Law: https://opentelemetry.io/docs/specs/otel/logs/data-model/
 */
export interface LineRecord {
  /** When it happened. */
  readonly hrTime: RecordTime;
  /** When it was seen: used where `hrTime` is missing or zero. */
  readonly hrTimeObserved?: RecordTime | undefined;
  /** 1 (TRACE) to 24 (FATAL4); undefined or 0 is unspecified. */
  readonly severityNumber?: number | undefined;
  readonly body?: unknown;
  readonly eventName?: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The logger's scope; its name is the line's `target`. */
  readonly instrumentationScope: { readonly name: string };
}
