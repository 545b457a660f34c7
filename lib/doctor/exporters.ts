import type { Row } from './table.js';

const NAMES = [
  'OTEL_SDK_DISABLED',
  'OTEL_CONFIG_FILE',
  'OTEL_TRACES_EXPORTER',
  'OTEL_METRICS_EXPORTER',
  'OTEL_LOGS_EXPORTER',
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
  'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL',
  'OTEL_EXPORTER_OTLP_LOGS_PROTOCOL',
  'OTEL_EXEC_LOG',
];
const ENDPOINTS = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
];

/**
 * The variables that say where signals go, without what may be secret: of an endpoint its scheme, host and path; no
 * headers, certificates or keys.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function exporters(variables: NodeJS.ProcessEnv): readonly Row[] {
  const named = NAMES.flatMap((name) => rowOf(name, variables[name]));
  const endpoints = ENDPOINTS.flatMap((name) => rowOf(name, withoutSecrets(variables[name])));
  const rows = [...named, ...endpoints];
  return rows.length === 0 ? [['no variable', 'names an exporter']] : rows;
}

function rowOf(name: string, value: string | undefined): Row[] {
  return value?.trim() ? [[name, value.trim()]] : [];
}

function withoutSecrets(endpoint: string | undefined): string | undefined {
  if (!endpoint?.trim()) return undefined;
  try {
    const { protocol, host, pathname } = new URL(endpoint);
    return host === '' ? 'no address' : `${protocol}//${host}${pathname}`;
  } catch {
    return 'no address';
  }
}
