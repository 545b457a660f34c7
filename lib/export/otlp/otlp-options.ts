import type { QueueOptions } from '../queue-options.js';

/** How a request body may be compressed. */
export type OtlpCompression = 'gzip' | 'none';

/**
 * Where spans or log records go, and how. What is left out is read from `OTEL_EXPORTER_OTLP_TRACES_*` or
 * `OTEL_EXPORTER_OTLP_LOGS_*`, then from `OTEL_EXPORTER_OTLP_*`.
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export interface OtlpOptions extends QueueOptions {
  /** The whole URL, as `http://localhost:4318/v1/traces`, which is the default for spans. */
  readonly url?: string | undefined;
  /** HTTP headers beside those that the environment names. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Default: `none`. */
  readonly compression?: OtlpCompression | undefined;
  /** Milliseconds that an answer is waited for, if `exportTimeoutMillis` is not less. Default: 10,000. */
  readonly timeoutMillis?: number | undefined;
  /** What the endpoint's certificate is verified by, in PEM. Default: what Node trusts. */
  readonly certificate?: string | Uint8Array | undefined;
  /** The program's own certificate, in PEM, where the endpoint asks for one. */
  readonly clientCertificate?: string | Uint8Array | undefined;
  /** The private key to it, in PEM. */
  readonly clientKey?: string | Uint8Array | undefined;
}
