/** This package's version, as its instrumentation scopes carry it. */
export const VERSION = '0.2.0';

/**
 * The version of the semantic conventions that the names are of.
 * @see https://opentelemetry.io/docs/specs/otel/schemas/
 */
export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.45.0';
