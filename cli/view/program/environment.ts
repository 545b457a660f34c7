/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** How the page gets what a program has to say. */
export interface Destination {
  /** Where the view is, without a slash at the end. */
  readonly url: string;
  /** What Node programs load first; undefined where they are left alone. */
  readonly register: string | undefined;
}

/** What sends elsewhere: the last is a file that an SDK reads in place of every variable. */
const ELSEWHERE =
  /^OTEL_EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?ENDPOINT$|^OTEL_(?:EXPERIMENTAL_)?CONFIG_FILE$/;
const PROTOCOL_OF_ONE_SIGNAL = /^OTEL_EXPORTER_OTLP_(?:TRACES|METRICS|LOGS)_PROTOCOL$/;

/** Milliseconds after which something that happened is to be seen. */
const SOON = { OTEL_BSP_SCHEDULE_DELAY: '250', OTEL_BLRP_SCHEDULE_DELAY: '250' };
/** SDKs complain of a timeout that is longer than the interval, so both are said, or none. */
const METRICS_SOON = { OTEL_METRIC_EXPORT_INTERVAL: '1000', OTEL_METRIC_EXPORT_TIMEOUT: '1000' };

/**
 * The environment in which a program, whatever its language, sends everything to a view, soon: by the
 * specification's variables. How often is left alone where it is said.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function environmentFor({ url, register }: Destination, variables: Variables): Variables {
  const isUnset = (name: string) => !isSet(variables[name]);
  return {
    ...pick(variables, (name) => !ELSEWHERE.test(name) && !PROTOCOL_OF_ONE_SIGNAL.test(name)),
    ...pick(SOON, isUnset),
    ...(Object.keys(METRICS_SOON).every(isUnset) && METRICS_SOON),
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    ...(register !== undefined && {
      NODE_OPTIONS: [variables.NODE_OPTIONS, `--import=${register}`].filter(isSet).join(' '),
    }),
  };
}

/** The variables by which a program would send elsewhere. */
export function destinationsOf(variables: Variables): string[] {
  return Object.keys(variables).filter((name) => ELSEWHERE.test(name) && isSet(variables[name]));
}

function pick(variables: Variables, isWanted: (name: string) => boolean): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => isWanted(name)));
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}
