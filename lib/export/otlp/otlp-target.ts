import { VERSION } from '../../opentelemetry/version.js';
import { positive } from '../queue-options.js';
import type { OtlpCompression, OtlpOptions } from './otlp-options.js';
import { type OtlpSignal, OtlpVariables } from './variables.js';

/** Where requests go, and how, with everything chosen. */
export interface OtlpTarget {
  readonly url: URL;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: OtlpCompression;
  readonly timeoutMillis: number;
  /** As `https.Agent` takes them. */
  readonly tls: {
    readonly ca?: string | Buffer;
    readonly cert?: string | Buffer;
    readonly key?: string | Buffer;
  };
}

const PATHS = { TRACES: 'v1/traces', LOGS: 'v1/logs' } as const;
const BASE = 'http://localhost:4318/';
const TIMEOUT_MILLIS = 10_000;
/** @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#user-agent */
const USER_AGENT = `OTel-OTLP-Exporter-otel-exec/${VERSION}`;

/**
 * The target by the options, the environment and the defaults.
 * @throws TypeError where an option is no URL of HTTP
 */
export function chooseTarget(signal: OtlpSignal, options: OtlpOptions): OtlpTarget {
  const variables = new OtlpVariables(signal);
  const { compression, timeoutMillis } = options;
  return {
    url: chooseUrl(options.url ?? variables.url(PATHS[signal]) ?? `${BASE}${PATHS[signal]}`),
    headers: {
      ...lowerCased(variables.headers()),
      ...lowerCased(options.headers ?? {}),
      'content-type': 'application/x-protobuf',
      'user-agent': USER_AGENT,
    },
    compression: compression ?? variables.compression() ?? 'none',
    timeoutMillis: positive(timeoutMillis) ?? variables.timeoutMillis() ?? TIMEOUT_MILLIS,
    tls: {
      ...pem('ca', options.certificate ?? variables.file('CERTIFICATE')),
      ...pem('cert', options.clientCertificate ?? variables.file('CLIENT_CERTIFICATE')),
      ...pem('key', options.clientKey ?? variables.file('CLIENT_KEY')),
    },
  };
}

function chooseUrl(text: string): URL {
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol)) throw new TypeError(`no URL of HTTP: ${text}`);
  return url;
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function pem(name: string, value: string | Uint8Array | undefined): OtlpTarget['tls'] {
  if (value === undefined) return {};
  return { [name]: typeof value === 'string' ? value : Buffer.from(value) };
}
