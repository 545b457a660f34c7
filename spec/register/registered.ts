/** Any value of it, also one that means nothing, has the SDK's own NodeSDK set all up. */
export const WHOLE = { OTEL_NODE_EXPERIMENTAL_SDK_METRICS: 'false' };
/** OTLP to nobody. */
export const NOWHERE = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };

/** Writes what is registered, as classes and values, and which packages were loaded for it. */
export const PROGRAM = `
  import { writeSync } from 'node:fs';
  import { Session } from 'node:inspector';
  const UUID = /^[\\da-f]{8}-([\\da-f]{4}-){3}[\\da-f]{12}$/;
  const seen = new Map();
  const shape = (value) => {
    if (typeof value === 'function') return 'function ' + value.name;
    if (typeof value === 'symbol' || typeof value === 'bigint') return String(value);
    if (value === process.pid) return 'pid';
    if (typeof value === 'number') return value > 1e8 ? String(value > 1e300) : value;
    if (UUID.test(value)) return 'uuid';
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return 'seen ' + seen.get(value);
    const name = value.constructor?.name;
    seen.set(value, name);
    if (['Promise', 'Timeout', 'Server'].includes(name)) return name;
    if (value instanceof Map || value instanceof Set) return [name, ...[...value].map(shape)];
    if (Array.isArray(value)) return value.map(shape);
    const own = Object.entries(value).filter(([, each]) => each !== undefined);
    return { name, ...Object.fromEntries(own.map(([key, each]) => [key, shape(each)])) };
  };
  const { version, ...registered } = globalThis[Symbol.for('opentelemetry.js.api.1')];
  const packages = new Set();
  const session = new Session();
  session.connect();
  session.on('Debugger.scriptParsed', ({ params }) => {
    packages.add(/node_modules\\/@opentelemetry\\/([^/]+)\\/(?!node_modules)/.exec(params.url)?.[1]);
  });
  session.post('Debugger.enable');
  packages.delete(undefined);
  const logs = globalThis[Symbol.for('io.opentelemetry.js.api.logs')]?.(1);
  writeSync(1, JSON.stringify({ registered: shape({ ...registered, logs: registered.logs ?? logs }), packages: [...packages].sort() }));
  process.exit();
`;

/** What it writes. */
export interface Started {
  readonly registered: object;
  readonly packages: readonly string[];
}

const SIGNALS = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_LOGS_EXPORTER: 'none' };

/** What each set of variables asks for is set up part by part, as the SDK itself would. */
export const ASKED: Readonly<Record<string, NodeJS.ProcessEnv>> = {
  'lines alone': { OTEL_TRACES_SAMPLER: 'always_off', OTEL_ATTRIBUTE_COUNT_LIMIT: '7' },
  'OTLP, and nothing else': NOWHERE,
  'another protocol, and lines': {
    ...NOWHERE,
    OTEL_EXEC_LOG: 'info',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_PROPAGATORS: 'baggage',
    OTEL_NODE_RESOURCE_DETECTORS: 'env,os',
    OTEL_SERVICE_NAME: 'a service',
    OTEL_RESOURCE_ATTRIBUTES: 'a.key=a value',
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
  },
  'a ratio of the traces, and limits': {
    ...NOWHERE,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
    OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '11',
    OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '12',
    OTEL_SPAN_EVENT_COUNT_LIMIT: '13',
    OTEL_SPAN_LINK_COUNT_LIMIT: '14',
    OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT: '15',
    OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT: '16',
    OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '17',
    OTEL_METRIC_EXPORT_INTERVAL: '20000',
    OTEL_METRIC_EXPORT_TIMEOUT: '10000',
    OTEL_NODE_RESOURCE_DETECTORS: 'all',
  },
  'metrics on the console too': {
    ...SIGNALS,
    ...NOWHERE,
    OTEL_METRICS_EXPORTER: 'console, otlp',
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.5',
    OTEL_PROPAGATORS: 'none',
    OTEL_NODE_RESOURCE_DETECTORS: 'none',
  },
  'no metrics': { ...SIGNALS, ...NOWHERE, OTEL_METRICS_EXPORTER: 'none' },
  'no traces': { ...NOWHERE, OTEL_TRACES_EXPORTER: 'none' },
};
