/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Where signals go, by the environment alone. */
export interface Destinations {
  /** Whether `OTEL_SDK_DISABLED` says that nothing is recorded at all. */
  readonly disabled: boolean;
  /** Whether all three signals go where the standard variables say; otherwise nowhere. */
  readonly exported: boolean;
  /** Whether events are lines on stderr, beside every exporter. */
  readonly lines: boolean;
}

/** @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
const EXPORTER =
  /^OTEL_(?:TRACES|METRICS|LOGS)_EXPORTER$|^OTEL_EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?ENDPOINT$/;

/** What writes the lines' filter; see `otel-exec/lines` for its grammar. */
export const FILTER = 'OTEL_EXEC_LOG';

/**
 * Reads where signals go: without any exporter, events are lines on stderr; with one, they are lines too if
 * `OTEL_EXEC_LOG` is set, which filters lines alone.
 */
export function readDestinations(variables: Variables): Destinations {
  const exported = Object.keys(variables).some(
    (name) => EXPORTER.test(name) && isSet(variables[name]),
  );
  const disabled = variables.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true';
  return { disabled, exported, lines: !exported || isSet(variables[FILTER]) };
}

/** The specification: an empty value is the same as an unset variable. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== '';
}
