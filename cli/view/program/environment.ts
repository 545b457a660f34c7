/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** How the page gets what a program has to say. */
export interface Destination {
  /** Where the view is, without a slash at the end. */
  readonly url: string;
  /** What Node programs load first; undefined where they are left alone. */
  readonly register: string | undefined;
}

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const OF_ONE_SIGNAL = /^OTEL_EXPORTER_OTLP_(?:TRACES|METRICS|LOGS)_(?:ENDPOINT|PROTOCOL)$/;

/** Milliseconds after which something that happened is to be seen. */
const SOON = '250';
const METRICS_SOON = '1000';

/**
 * The environment in which a program, whatever its language, sends everything to a view, soon: by the
 * specification's variables. How often is left alone where it is said.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function environmentFor({ url, register }: Destination, variables: Variables): Variables {
  const kept = Object.entries(variables).filter(([name]) => !OF_ONE_SIGNAL.test(name));
  return {
    OTEL_BSP_SCHEDULE_DELAY: SOON,
    OTEL_BLRP_SCHEDULE_DELAY: SOON,
    ...(![variables.OTEL_METRIC_EXPORT_INTERVAL, variables.OTEL_METRIC_EXPORT_TIMEOUT].some(
      isSet,
    ) && {
      OTEL_METRIC_EXPORT_INTERVAL: METRICS_SOON,
      OTEL_METRIC_EXPORT_TIMEOUT: METRICS_SOON,
    }),
    ...Object.fromEntries(kept.filter(([, value]) => isSet(value))),
    [ENDPOINT]: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    ...(register !== undefined && {
      NODE_OPTIONS: [variables.NODE_OPTIONS, `--import=${register}`].filter(isSet).join(' '),
    }),
  };
}

/** Where a program's signals would have gone instead. */
export function endpointsOf(variables: Variables): string[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    (name === ENDPOINT || /^OTEL_EXPORTER_OTLP_\w+_ENDPOINT$/.test(name)) && isSet(value)
      ? [name]
      : [],
  );
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}
