/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Where signals go, by the environment alone. */
export interface Destinations {
  /** Whether nothing is to be recorded at all. */
  readonly disabled: boolean;
  /** Whether spans and metrics go where the standard variables say; otherwise nowhere. */
  readonly exports: boolean;
  /** Whether events are written as lines to stderr, beside every log exporter. */
  readonly lines: boolean;
}

/** @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
const EXPORTERS: readonly string[] = [
  'OTEL_TRACES_EXPORTER',
  'OTEL_METRICS_EXPORTER',
  'OTEL_LOGS_EXPORTER',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
];

/** What writes the lines' filter; see `otel-exec/lines` for its grammar. */
export const FILTER = 'OTEL_EXEC_LOG';

/**
 * Reads where signals go. Without any exporter, events become lines, and nothing is sent to the SDK's
 * default, `localhost:4318`. With one, events become lines too if `OTEL_EXEC_LOG` is set, which filters lines
 * alone, and never what is exported.
 */
export function readDestinations(variables: Variables): Destinations {
  const exports = EXPORTERS.some((name) => isSet(variables[name]));
  return {
    disabled: variables.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true',
    exports,
    lines: !exports || isSet(variables[FILTER]),
  };
}

/** The specification: an empty value is the same as an unset variable. */
export function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}

/** What a comma-separated list names, without what is empty; undefined where the variable is not set. */
export function readList(variables: Variables, name: string): readonly string[] | undefined {
  const value = variables[name];
  if (!isSet(value)) return undefined;
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
