import { getStringFromEnv } from '@opentelemetry/core';
import { protocolOf } from './otlp.js';

const SIGNALS = ['TRACES', 'METRICS', 'LOGS'] as const;

/** A variable of the environment can't be followed. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/**
 * Makes sure that every collector that the environment names can be one.
 * @throws EnvironmentError that names the variable, and not its value, which may hold a password
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#configuration-options
 */
export function checkEndpoints(): void {
  for (const signal of SIGNALS) {
    for (const name of ['OTEL_EXPORTER_OTLP_ENDPOINT', `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]) {
      const endpoint = getStringFromEnv(name);
      if (endpoint === undefined || isEndpoint(endpoint, protocolOf(signal) === 'grpc')) continue;
      throw new EnvironmentError(
        `${name} is not the URL of a collector: expected something like http://localhost:4318`,
      );
    }
  }
}

function isEndpoint(text: string, overGrpc: boolean): boolean {
  if (overGrpc && /^[^:/\s]+:\d{1,5}$/.test(text)) return true;
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
